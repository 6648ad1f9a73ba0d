# RStan's NUTS [carpenter2017] on the posterior with the allocations summed out.
# Rscript stan.R <problem.csv> <experts> <points> <warmup> <draws> <chains>
folder <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)))
source(file.path(folder, "common.R"))
source(file.path(folder, "stan-model.R"))
suppressPackageStartupMessages(library(rstan))

run <- peer_arguments()
problem <- run$problem
program <- stan_program(folder, "baseline-gate")
start <- start_from_allocations(problem)
initial <- list(
  gate = start$gate[, -problem$K, drop = FALSE],
  coefficients = start$coefficients, sigma2 = start$variance
)

began <- cpu_seconds()
fit <- sampling(program,
  data = problem[c("n", "d", "K", "X", "y")], init = rep(list(initial), run$chains),
  chains = run$chains, cores = 1, warmup = run$warmup, iter = run$warmup + run$draws,
  seed = 1, refresh = 0, show_messages = FALSE
)
seconds <- cpu_seconds() - began

chains <- lapply(stan_chains(fit, c("gate", "coefficients", "sigma2")), function(parameters) {
  functional_draws(problem, parameters, unpack_baseline(problem$K))
})
state <- do.call(rbind, get_sampler_params(fit, inc_warmup = FALSE))
print_result("RStan", as.character(packageVersion("rstan")), run, seconds, chains, list(
  leapfrogs = mean(state[, "n_leapfrog__"]), divergences = sum(state[, "divergent__"])
))
