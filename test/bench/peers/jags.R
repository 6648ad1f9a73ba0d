# JAGS [plummer2003] with latent allocations; its glm module blocks the coefficients of the experts.
# Rscript jags.R <problem.csv> <experts> <points> <warmup> <draws> <chains>; warm-up is adaptation.
folder <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)))
source(file.path(folder, "common.R"))
suppressPackageStartupMessages(library(rjags))
load.module("glm", quiet = TRUE)

run <- peer_arguments()
problem <- run$problem
K <- problem$K
start <- start_from_allocations(problem)
initial <- lapply(seq_len(run$chains), function(chain) {
  list(
    free = start$gate[, -K, drop = FALSE], coefficients = start$coefficients,
    precision = 1 / start$variance, z = problem$start,
    .RNG.name = "base::Mersenne-Twister", .RNG.seed = chain
  )
})

began <- cpu_seconds()
model <- jags.model(file.path(folder, "baseline-gate.jags"),
  data = c(problem[c("n", "d", "K", "X", "y")], list(
    zero = rep(0, problem$d), coefficient_precision = diag(0.01, problem$d)
  )),
  inits = initial, n.chains = run$chains, n.adapt = run$warmup, quiet = TRUE
)
draws <- coda.samples(model, c("free", "coefficients", "sigma2"),
  n.iter = run$draws, progress.bar = "none"
)
seconds <- cpu_seconds() - began

columns <- function(row, name, K) matrix(row[startsWith(names(row), paste0(name, "["))], ncol = K)
unpack <- function(row) {
  list(
    gate = cbind(columns(row, "free", K - 1), 0),
    coefficients = columns(row, "coefficients", K), sd = sqrt(columns(row, "sigma2", K)[1, ])
  )
}
chains <- lapply(draws, function(chain) functional_draws(problem, as.matrix(chain), unpack))
print_result("JAGS", paste(jags.version(), "/ rjags", packageVersion("rjags")), run, seconds, chains)
