# One mixture of experts by EM from the start's allocations, to a relative gain of the log-likelihood of 1e-8.
# Rscript em.R <flexmix|mixtools> <problem.csv> <experts>; mixtools takes two experts and one covariate.
arguments <- commandArgs(TRUE)
tool <- arguments[1]
table <- read.csv(arguments[2])
K <- as.integer(arguments[3])
names_x <- grep("^x[0-9]+$", names(table), value = TRUE)
terms <- paste(names_x, collapse = " + ")
TOLERANCE <- 1e-8
MOST <- 2000

cpu_seconds <- function() {
  used <- proc.time()
  used[["user.self"]] + used[["sys.self"]]
}

peak_megabytes <- function() {
  status <- readLines("/proc/self/status")
  as.numeric(gsub("[^0-9]", "", grep("VmHWM", status, value = TRUE))) / 1024
}

fit_flexmix <- function() {
  fit <- flexmix::flexmix(as.formula(paste("y ~", terms)),
    data = table, k = K, cluster = table$z0,
    concomitant = flexmix::FLXPmultinom(as.formula(paste("~", terms))),
    control = list(iter.max = MOST, minprior = 0, tolerance = TOLERANCE)
  )
  list(log_likelihood = as.numeric(flexmix::logLik(fit)), iterations = fit@iter)
}

# Its tolerance is absolute; that of the start's log-likelihood is near enough.
fit_mixtools <- function() {
  stopifnot(K == 2, length(names_x) == 1)
  lines <- lapply(1:2, function(k) lm(y ~ ., data = table[table$z0 == k, c("y", names_x)]))
  gate <- glm(as.formula(paste("z0 == 1 ~", terms)), family = binomial, data = table)
  capture.output(fit <- mixtools::hmeEM(table$y, as.matrix(table[names_x]),
    beta = vapply(lines, coef, numeric(2)), sigma = vapply(lines, function(m) sqrt(mean(resid(m)^2)), 0),
    w = coef(gate), k = 2, epsilon = TOLERANCE * abs(sum(vapply(lines, logLik, 0))), maxit = MOST
  ))
  list(log_likelihood = fit$loglik, iterations = length(fit$all.loglik) - 1)
}

suppressMessages(library(tool, character.only = TRUE))
began <- cpu_seconds()
fit <- switch(tool, flexmix = fit_flexmix(), mixtools = fit_mixtools())
ended <- cpu_seconds()
cat(jsonlite::toJSON(list(
  tool = tool, version = as.character(packageVersion(tool)),
  logLikelihood = fit$log_likelihood, iterations = fit$iterations,
  seconds = list(fit = ended - began, process = cpu_seconds()),
  megabytes = peak_megabytes()
), auto_unbox = TRUE, digits = 12), "\n", sep = "")
