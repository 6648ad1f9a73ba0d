// PG(1, z) by Devroye's alternating series, as Polson, Scott and Windle (2013) give it [polson2013].
#include <Rcpp.h>

namespace {

const double kPi = 3.141592653589793;
const double kCut = 0.64;  // where the two series for the density of J*(1, 0) meet

// Term m of the series for the density of J*(1, 0) at x.
double series_term(int m, double x) {
  const double h = m + 0.5;
  if (x > kCut) return kPi * h * std::exp(-0.5 * h * h * kPi * kPi * x);
  return kPi * h * std::pow(2 / (kPi * x), 1.5) * std::exp(-2 * h * h / x);
}

// P(inverse Gaussian(1/z, 1) <= kCut).
double inverse_gaussian_below_cut(double z) {
  const double root = std::sqrt(1 / kCut);
  const double a = root * (kCut * z - 1);
  const double b = -root * (kCut * z + 1);
  return R::pnorm(a, 0, 1, 1, 0) + std::exp(2 * z + R::pnorm(b, 0, 1, 1, 1));
}

double truncated_inverse_gaussian(double z) {
  if (z < 1 / kCut) {
    for (;;) {
      double e, f;
      do {
        e = R::exp_rand();
        f = R::exp_rand();
      } while (e * e > 2 * f / kCut);
      const double x = kCut / ((1 + kCut * e) * (1 + kCut * e));
      if (R::unif_rand() <= std::exp(-0.5 * z * z * x)) return x;
    }
  }
  const double mu = 1 / z;
  for (;;) {
    const double v = R::norm_rand();
    const double w = mu * v * v;
    double x = mu + 0.5 * mu * (w - std::sqrt(4 * w + w * w));
    if (R::unif_rand() > mu / (mu + x)) x = mu * mu / x;
    if (x <= kCut) return x;
  }
}

bool accepted(double x) {
  double sum = series_term(0, x);
  const double y = R::unif_rand() * sum;
  for (int m = 1;; m++) {
    if (m % 2 == 1) {
      sum -= series_term(m, x);
      if (y <= sum) return true;
    } else {
      sum += series_term(m, x);
      if (y > sum) return false;
    }
  }
}

double draw(double tilt) {
  const double z = std::fabs(tilt) / 2;
  const double rate = kPi * kPi / 8 + z * z / 2;
  const double right = kPi / (2 * rate) * std::exp(-rate * kCut);
  const double left = 2 * std::exp(-z) * inverse_gaussian_below_cut(z);
  for (;;) {
    const double x = R::unif_rand() < right / (right + left)
                         ? kCut + R::exp_rand() / rate
                         : truncated_inverse_gaussian(z);
    if (accepted(x)) return x / 4;
  }
}

}  // namespace

// [[Rcpp::export]]
Rcpp::NumericVector polya_gamma(const Rcpp::NumericVector z) {
  Rcpp::NumericVector out(z.size());
  for (R_xlen_t i = 0; i < z.size(); i++) out[i] = draw(z[i]);
  return out;
}
