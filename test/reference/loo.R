# Writes loo.json: pointwise log likelihoods made here and what R's loo says of them.
# Run: Rscript test/reference/loo.R   (loo 2.5.1, posterior 1.4.0, jsonlite)
suppressMessages({library(loo); library(posterior); library(jsonlite)})
options(warn = -1)
set.seed(20240301)

n_iterations <- 250
n_chains <- 4
S <- n_iterations * n_chains
y <- c(rnorm(9), 3.5, -6)                       # the last ones are outliers: large k
chain <- function(sd) as.numeric(arima.sim(list(ar = 0.6), n_iterations, sd = sd))
mu <- unlist(lapply(1:n_chains, function(i) 0.3 + chain(0.25)))
log_sd <- unlist(lapply(1:n_chains, function(i) 0.1 + chain(0.12)))
log_lik <- sapply(y, function(yi) dnorm(yi, mu, exp(log_sd), log = TRUE))
# One row with ties, one whose likelihoods underflow.
log_lik <- cbind(log_lik, round(log_lik[, 2], 2), log_lik[, 3] - 900)
log_lik <- signif(log_lik, 9)                   # read back from JSON bit for bit

# Newer versions of loo take the split-chain ESS of posterior; so do we.
r_eff <- apply(log_lik, 2, function(l) ess_basic(matrix(exp(l - max(l)), n_iterations)) / S)
report <- function(fit) list(
  elpd = unbox(fit$estimates["elpd_loo", "Estimate"]), se = unbox(fit$estimates["elpd_loo", "SE"]),
  pLoo = unbox(fit$estimates["p_loo", "Estimate"]), sePLoo = unbox(fit$estimates["p_loo", "SE"]),
  looic = unbox(fit$estimates["looic", "Estimate"]),
  pointwise = unname(fit$pointwise[, "elpd_loo"]), paretoK = unname(fit$diagnostics$pareto_k))
w <- waic(log_lik)
log_weights <- weights(psis(-log_lik[, 11], r_eff = r_eff[11]), normalize = TRUE, log = TRUE)

write(toJSON(list(
  provenance = unbox(paste0("loo.R in this folder, ", R.version.string,
    ", loo ", packageVersion("loo"),
    ", posterior ", packageVersion("posterior"))),
  chainLengths = rep(n_iterations, n_chains),
  columns = lapply(seq_len(ncol(log_lik)), function(i) log_lik[, i]),
  rEff = r_eff,
  chains = report(loo(log_lik, r_eff = r_eff)),
  independent = report(loo(log_lik, r_eff = rep(1, ncol(log_lik)))),
  logWeightsOfLastOutlier = as.vector(log_weights),
  waic = list(
    elpd = unbox(w$estimates["elpd_waic", "Estimate"]), se = unbox(w$estimates["elpd_waic", "SE"]),
    pWaic = unbox(w$estimates["p_waic", "Estimate"]), waic = unbox(w$estimates["waic", "Estimate"]),
    pointwise = unname(w$pointwise[, "elpd_waic"]),
    warnings = unbox(sum(w$pointwise[, "p_waic"] > 0.4)))
), digits = I(17)), "test/reference/loo.json")
