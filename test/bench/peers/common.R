# What every peer shares: reading a problem, a start, the label-invariant functionals, one JSON line.
# A draw is a list(gate = d x K log odds, coefficients = d x K, sd = K).

read_problem <- function(file, K, points) {
  table <- read.csv(file)
  x <- as.matrix(table[grep("^x[0-9]+$", names(table))])
  points <- as.numeric(strsplit(points, ",")[[1]])
  list(
    name = sub("\\.csv$", "", basename(file)), K = K, n = nrow(x), d = ncol(x) + 1,
    y = table$y, X = unname(cbind(1, x)), start = table$z0,
    anchors = cbind(1, matrix(points, length(points), ncol(x)))
  )
}

row_log_sum_exp <- function(A) {
  top <- A[cbind(seq_len(nrow(A)), max.col(A, "first"))]
  top + log(rowSums(exp(A - top)))
}

log_softmax <- function(A) A - row_log_sum_exp(A)

# n x K: log f(y | x, expert k), the normalising constant included.
expert_log_density <- function(problem, draw) {
  mean <- problem$X %*% draw$coefficients
  vapply(seq_len(problem$K), function(k) dnorm(problem$y, mean[, k], draw$sd[k], log = TRUE),
    numeric(problem$n))
}

# The numbers that do not change when the experts are renumbered; log_likelihood has z summed out.
functionals <- function(problem, draw) {
  gate <- log_softmax(problem$X %*% draw$gate)
  at <- exp(log_softmax(problem$anchors %*% draw$gate))
  mean <- rowSums(at * (problem$anchors %*% draw$coefficients))
  anchors <- seq_len(nrow(problem$anchors))
  c(
    setNames(sort(draw$sd), sprintf("sd_sorted[%d]", seq_len(problem$K))),
    log_likelihood = sum(row_log_sum_exp(gate + expert_log_density(problem, draw))),
    gate_entropy = -sum(exp(gate) * gate) / problem$n,
    setNames(mean, sprintf("mean_at[%d]", anchors)),
    setNames(rowSums(at^2), sprintf("gate_square_at[%d]", anchors))
  )
}

# draws x functionals, from a draws x parameters matrix and a function that unpacks one row.
functional_draws <- function(problem, parameters, unpack) {
  t(apply(parameters, 1, function(row) functionals(problem, unpack(row))))
}

# chains: a list of draws x functionals matrices. One row a functional.
summarise_functionals <- function(chains) {
  names <- colnames(chains[[1]])
  rows <- lapply(names, function(name) {
    m <- vapply(chains, function(chain) chain[, name], numeric(nrow(chains[[1]])))
    list(
      mean = mean(m), sd = sd(m), mcse = posterior::mcse_mean(m),
      ess = posterior::ess_bulk(m), rhat = posterior::rhat(m)
    )
  })
  setNames(rows, names)
}

# Separate regressions and a multinomial regression of the start's allocations.
start_from_allocations <- function(problem, z = problem$start) {
  fits <- lapply(seq_len(problem$K), function(k) {
    fit <- lm.fit(problem$X[z == k, , drop = FALSE], problem$y[z == k])
    list(coefficients = fit$coefficients, variance = mean(fit$residuals^2))
  })
  labels <- relevel(factor(z, seq_len(problem$K)), ref = problem$K)
  gate <- coef(nnet::multinom(labels ~ problem$X - 1, trace = FALSE))
  list(
    gate = unname(cbind(t(matrix(gate, problem$K - 1)), 0)),
    coefficients = unname(vapply(fits, `[[`, numeric(problem$d), "coefficients")),
    variance = vapply(fits, `[[`, numeric(1), "variance")
  )
}

cpu_seconds <- function() {
  used <- proc.time()
  used[["user.self"]] + used[["sys.self"]]
}

# The problem and the lengths of a run from the command line.
peer_arguments <- function(arguments = commandArgs(TRUE)) {
  if (length(arguments) != 6) {
    stop("six arguments are needed: <problem.csv> <experts> <points> <warmup> <draws> <chains>; got ",
      length(arguments), ".")
  }
  count <- function(i) as.integer(arguments[i])
  list(
    problem = read_problem(arguments[1], count(2), arguments[3]),
    warmup = count(4), draws = count(5), chains = count(6)
  )
}

# seconds: CPU (user + system) of warm-up and draws, all chains; compiling a model is not in it.
print_result <- function(tool, version, run, seconds, chains, extra = list()) {
  summary <- summarise_functionals(chains)
  ess <- vapply(summary, `[[`, numeric(1), "ess")
  iterations <- (run$warmup + run$draws) * run$chains
  line <- c(list(
    tool = tool, version = version, problem = run$problem$name,
    seconds_cpu = seconds, iterations = iterations,
    warmup = run$warmup, draws = run$draws, chains = run$chains,
    msPerIteration = 1000 * seconds / iterations,
    essMin = min(ess), essMedian = median(ess),
    essPerSecondMin = min(ess) / seconds, essPerSecondMedian = median(ess) / seconds,
    rhatMax = max(vapply(summary, `[[`, numeric(1), "rhat")),
    functionals = summary
  ), extra)
  cat(jsonlite::toJSON(line, auto_unbox = TRUE, digits = 10), "\n", sep = "")
}
