# Makes stan-<name>.json: posterior means of label-invariant functionals by long RStan runs.
# Rscript test/reference/stan-reference.R <P1|P3|pair-softmax|pair-constant>   (minutes; on purpose)
folder <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)))
peers <- file.path(folder, "..", "bench", "peers")
source(file.path(peers, "common.R"))
source(file.path(peers, "stan-model.R"))
suppressPackageStartupMessages(library(rstan))
SEED <- 1

independent <- list(
  experts = list(
    kind = "independent", coefficients = list(kind = "normal", mean = 0, sd = 10),
    variance = list(kind = "inverse-gamma", shape = 2, rate = 1)
  ),
  gate = list(kind = "normal", sd = 2.5, baseline = "last"), standardize = FALSE
)
conjugate <- function(gate) list(
  experts = list(kind = "normal-inverse-gamma", mean = 0, scale = 4, shape = 2, rate = 0.5),
  gate = gate, standardize = FALSE
)
settings <- list(
  P1 = list(
    file = "P1.csv", y = "y", x = c("x1", "x2"), K = 3, points = c(-1, 0, 1),
    formula = "y ~ x1 + x2 | x1 + x2", program = "baseline-gate", prior = independent,
    warmup = 1000, draws = 10000, started = 4, scattered = 0
  ),
  P3 = list(
    file = "tone.csv", y = "tuned", x = "stretchratio", K = 2, points = c(1.5, 2, 2.5),
    formula = "tuned ~ stretchratio | stretchratio", program = "baseline-gate",
    prior = independent, warmup = 1000, draws = 10000, started = 2, scattered = 6
  ),
  `pair-softmax` = list(
    file = "pair.csv", y = "y", x = "x1", K = 2, points = c(-1, 0, 1), formula = "y ~ x1 | x1",
    program = "symmetric-gate", prior = conjugate(list(kind = "normal", sd = 2)),
    warmup = 1000, draws = 10000, started = 0, scattered = 8
  ),
  `pair-constant` = list(
    file = "pair.csv", y = "y", x = "x1", K = 2, points = c(-1, 0, 1), formula = "y ~ x1",
    program = "constant-gate", prior = conjugate(list(kind = "dirichlet", concentration = 1)),
    warmup = 1000, draws = 10000, started = 0, scattered = 8
  )
)

name <- commandArgs(TRUE)[1]
setting <- settings[[name]]
if (is.null(setting)) {
  stop("the reference must be one of ", toString(names(settings)), "; got ", name, ".")
}

read_setting <- function(setting) {
  table <- read.csv(file.path(folder, setting$file))
  x <- as.matrix(table[setting$x])
  list(
    n = nrow(x), d = ncol(x) + 1, K = setting$K, y = table[[setting$y]],
    X = unname(cbind(1, x)), start = table$z,
    anchors = cbind(1, matrix(setting$points, length(setting$points), ncol(x)))
  )
}

parameters <- c(if (setting$program == "constant-gate") "weight" else "gate", "coefficients", "sigma2")

unpack <- function(K) switch(setting$program,
  "baseline-gate" = unpack_baseline(K),
  "symmetric-gate" = function(row) list(
    gate = columns(row, "gate", K), coefficients = columns(row, "coefficients", K),
    sd = sqrt(columns(row, "sigma2", K)[1, ])
  ),
  "constant-gate" = function(row) {
    coefficients <- columns(row, "coefficients", K)
    gate <- 0 * coefficients
    gate[1, ] <- log(columns(row, "weight", K))
    list(gate = gate, coefficients = coefficients, sd = sqrt(columns(row, "sigma2", K)[1, ]))
  }
)

initial_values <- function(problem) {
  start <- start_from_allocations(problem)
  started <- list(
    gate = start$gate[, -problem$K, drop = FALSE], coefficients = start$coefficients,
    sigma2 = start$variance
  )
  set.seed(SEED)
  scatter <- function(chain) {
    k <- setting$K - (setting$program == "baseline-gate")
    list(
      gate = matrix(rnorm(problem$d * k), ncol = k),
      weight = rep(1 / setting$K, setting$K),
      coefficients = matrix(rnorm(problem$d * setting$K, sd = 2), ncol = setting$K),
      sigma2 = rexp(setting$K)
    )[parameters]
  }
  c(rep(list(started), setting$started), lapply(seq_len(setting$scattered), scatter))
}

# With a baseline, renumbering the experts moves the prior: the draws of a chain that stays in one
# numbering are weighted by sum_b prior(gate seen from expert b) / prior(gate as drawn), which
# gives the posterior of all numberings (subtracting a column has unit Jacobian).
all_numberings <- function(parameters, K, sd) {
  log_prior <- function(gate, b) sum(dnorm(gate[, -b] - gate[, b], 0, sd, log = TRUE))
  log_ratio <- apply(parameters, 1, function(row) {
    gate <- unpack_baseline(K)(row)$gate
    by_baseline <- vapply(seq_len(K), function(b) log_prior(gate, b), numeric(1))
    row_log_sum_exp(matrix(by_baseline - by_baseline[K], 1))
  })
  exp(log_ratio)
}

# weights: draws x chains, any scale. The Monte Carlo error is that of a ratio estimate.
weighted_summary <- function(chains, weights) {
  weights <- weights / mean(weights)
  names <- colnames(chains[[1]])
  setNames(lapply(names, function(name) {
    m <- vapply(chains, function(chain) chain[, name], numeric(nrow(chains[[1]])))
    mean <- mean(weights * m)
    sd <- sqrt(mean(weights * (m - mean)^2))
    mcse <- posterior::mcse_mean(weights * (m - mean))
    list(mean = mean, sd = sd, mcse = mcse, ess = (sd / mcse)^2, rhat = posterior::rhat(m))
  }), names)
}

problem <- read_setting(setting)
if (is.null(problem$start)) {
  problem$start <- ifelse(abs(problem$y - 2) < abs(problem$y - problem$X[, 2]), 1, 2)
}
initial <- initial_values(problem)
program <- stan_program(peers, setting$program)
fit <- sampling(program,
  data = problem[c("n", "d", "K", "X", "y")], init = initial, chains = length(initial), cores = 1,
  warmup = setting$warmup, iter = setting$warmup + setting$draws, seed = SEED, refresh = 0,
  control = list(adapt_delta = 0.9)
)
raw <- stan_chains(fit, parameters)
chains <- lapply(raw, function(chain) functional_draws(problem, chain, unpack(problem$K)))
state <- do.call(rbind, get_sampler_params(fit, inc_warmup = FALSE))

result <- list(
  provenance = list(
    tool = "RStan (NUTS), allocations summed out",
    versions = list(
      R = paste(R.version$major, R.version$minor, sep = "."),
      rstan = as.character(packageVersion("rstan")), stan = rstan::stan_version(),
      posterior = as.character(packageVersion("posterior"))
    ),
    command = paste("Rscript test/reference/stan-reference.R", name),
    program = paste0("test/bench/peers/", setting$program, ".stan"), seed = SEED,
    chains = length(initial), warmup = setting$warmup, draws = setting$draws,
    divergences = sum(state[, "divergent__"]), date = format(Sys.Date())
  ),
  data = list(file = setting$file, rows = problem$n, formula = setting$formula),
  components = setting$K, points = I(setting$points), prior = setting$prior
)
if (setting$program == "baseline-gate" && setting$K > 2) {
  weights <- vapply(raw, all_numberings, numeric(setting$draws), setting$K, setting$prior$gate$sd)
  result$functionals <- weighted_summary(chains, weights)
  result$oneNumbering <- summarise_functionals(chains)
} else {
  result$functionals <- summarise_functionals(chains)
}
jsonlite::write_json(result, file.path(folder, paste0("stan-", name, ".json")),
  auto_unbox = TRUE, digits = 8, pretty = TRUE
)
saveRDS(list(raw = raw, chains = chains), file.path(
  Sys.getenv("MOEBIUS_PEERS_CACHE", tempdir()), paste0("stan-", name, "-draws.rds")
))
print(do.call(rbind, lapply(result$functionals, as.data.frame)), digits = 6)
