# Plain Gibbs in R: allocations, conjugate experts, one Polya-Gamma update a gate row [polson2013].
# The Polya-Gamma variates come from BayesLogit where it is installed, else from polya-gamma.cpp.
# Rscript gibbs.R <problem.csv> <experts> <points> <warmup> <draws> <chains>
folder <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)))
source(file.path(folder, "common.R"))

if (requireNamespace("BayesLogit", quietly = TRUE)) {
  polya_gamma <- function(z) BayesLogit::rpg.devroye(length(z), 1, z)
  tool <- "R Gibbs + BayesLogit"
  version <- as.character(packageVersion("BayesLogit"))
} else {
  Rcpp::sourceCpp(file.path(folder, "polya-gamma.cpp"),
    cacheDir = Sys.getenv("MOEBIUS_PEERS_CACHE", tempdir())
  )
  tool <- "R Gibbs + Rcpp PG(1, z)"
  version <- paste("Rcpp", packageVersion("Rcpp"))
}

# A draw from N(P^-1 b, P^-1).
normal_from_precision <- function(P, b) {
  R <- chol(P)
  drop(backsolve(R, backsolve(R, b, transpose = TRUE) + rnorm(length(b))))
}

draw_allocations <- function(problem, draw) {
  joint <- problem$X %*% draw$gate + expert_log_density(problem, draw)
  weight <- exp(joint - row_log_sum_exp(joint))
  u <- runif(problem$n)
  z <- rep(1L, problem$n)
  below <- 0
  for (k in seq_len(problem$K - 1)) {
    below <- below + weight[, k]
    z <- z + (u > below)
  }
  z
}

draw_expert <- function(problem, draw, k, members) {
  X <- problem$X[members, , drop = FALSE]
  y <- problem$y[members]
  precision <- crossprod(X) / draw$sd[k]^2 + diag(0.01, problem$d)
  draw$coefficients[, k] <- normal_from_precision(precision, crossprod(X, y) / draw$sd[k]^2)
  squares <- sum((y - X %*% draw$coefficients[, k])^2)
  draw$sd[k] <- 1 / sqrt(rgamma(1, 2 + length(y) / 2, 1 + squares / 2))
  draw
}

draw_gate_row <- function(problem, draw, k, member) {
  others <- row_log_sum_exp(problem$X %*% draw$gate[, -k, drop = FALSE])
  omega <- polya_gamma(drop(problem$X %*% draw$gate[, k]) - others)
  precision <- crossprod(problem$X, omega * problem$X) + diag(0.16, problem$d)
  draw$gate[, k] <- normal_from_precision(
    precision, crossprod(problem$X, member - 0.5 + omega * others)
  )
  draw
}

sweep_once <- function(problem, draw) {
  z <- draw_allocations(problem, draw)
  for (k in seq_len(problem$K)) draw <- draw_expert(problem, draw, k, which(z == k))
  for (k in seq_len(problem$K - 1)) draw <- draw_gate_row(problem, draw, k, z == k)
  draw
}

run_chain <- function(run, start) {
  draw <- list(
    gate = start$gate, coefficients = start$coefficients, sd = sqrt(start$variance)
  )
  for (i in seq_len(run$warmup)) draw <- sweep_once(run$problem, draw)
  kept <- vector("list", run$draws)
  for (i in seq_len(run$draws)) kept[[i]] <- draw <- sweep_once(run$problem, draw)
  kept
}

run <- peer_arguments()
start <- start_from_allocations(run$problem)
set.seed(1)
began <- cpu_seconds()
kept <- lapply(seq_len(run$chains), function(chain) run_chain(run, start))
seconds <- cpu_seconds() - began

chains <- lapply(kept, function(draws) {
  t(vapply(draws, function(draw) functionals(run$problem, draw), numeric(run$problem$K + 8)))
})
print_result(tool, version, run, seconds, chains)
