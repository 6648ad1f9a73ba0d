// Softmax-gated Gaussian experts, allocations summed out; the last expert is the gate's baseline.
// gate ~ N(0, 2.5^2), coefficients ~ N(0, 10^2), variance ~ inverse-gamma(2, 1).
data {
  int<lower=1> n;
  int<lower=1> d;
  int<lower=2> K;
  matrix[n, d] X;
  vector[n] y;
}
parameters {
  matrix[d, K - 1] gate;
  matrix[d, K] coefficients;
  vector<lower=0>[K] sigma2;
}
model {
  matrix[n, K] score = append_col(X * gate, rep_vector(0, n));
  matrix[n, K] location = X * coefficients;
  matrix[n, K] joint;
  to_vector(gate) ~ normal(0, 2.5);
  to_vector(coefficients) ~ normal(0, 10);
  sigma2 ~ inv_gamma(2, 1);
  for (k in 1:K)
    joint[, k] = score[, k] - square(y - location[, k]) / (2 * sigma2[k]) - log(sigma2[k]) / 2;
  for (i in 1:n)
    target += log_sum_exp(joint[i]) - log_sum_exp(score[i]);
}
