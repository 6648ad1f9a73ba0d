// A mixture of Gaussian regressions, allocations summed out: the weights do not depend on x.
// weight ~ Dirichlet(1), coefficients | variance ~ N(0, 4 variance), variance ~ inverse-gamma(2, 0.5).
data {
  int<lower=1> n;
  int<lower=1> d;
  int<lower=2> K;
  matrix[n, d] X;
  vector[n] y;
}
parameters {
  simplex[K] weight;
  matrix[d, K] coefficients;
  vector<lower=0>[K] sigma2;
}
model {
  matrix[n, K] location = X * coefficients;
  matrix[n, K] joint;
  sigma2 ~ inv_gamma(2, 0.5);
  for (k in 1:K) {
    coefficients[, k] ~ normal(0, 2 * sqrt(sigma2[k]));
    joint[, k] = log(weight[k]) - square(y - location[, k]) / (2 * sigma2[k]) - log(sigma2[k]) / 2;
  }
  for (i in 1:n)
    target += log_sum_exp(joint[i]);
}
