# Writes binomial.json and negative-binomial.json: regressions by R's glm and MASS::glm.nb, and masses and
# probabilities of counts.
# Run: Rscript test/reference/count-experts.R   (R 4.2.2, MASS 7.3-58.2, jsonlite)
suppressMessages({library(jsonlite); library(MASS)})
control <- glm.control(epsilon = 1e-14, maxit = 200)
from <- unbox(paste0("count-experts.R in this folder, ", R.version.string, ", MASS ", packageVersion("MASS")))
loud <- function(log) pmax(log, -1e300)

set.seed(20250604)
n <- 50
x <- round(runif(n, -2, 2), 3)
w <- round(rnorm(n), 3)
trials <- sample(1:25, n, replace = TRUE)
y <- rbinom(n, trials, plogis(0.4 + 0.8 * x - 0.5 * w))
offset <- round(rnorm(n, 0, 0.5), 3)
zeroOne <- rbinom(n, 1, plogis(-0.3 + 0.9 * x))
many <- rep(1e6, n)
large <- rbinom(n, 1e6, plogis(-3 + 0.3 * x))
weight <- round(rexp(n), 3)
# glm's covariance is the inverse of the negative Hessian: the link is canonical.
report <- function(fit) list(coef = unname(coef(fit)), logLik = unbox(as.numeric(logLik(fit))),
  sd = unname(sqrt(diag(vcov(fit)))))
weighted <- suppressWarnings(glm(cbind(y * weight, (trials - y) * weight) ~ x + w, binomial, control = control))
fits <- list(
  plain = report(glm(cbind(y, trials - y) ~ x + w, binomial, control = control)),
  offset = report(glm(cbind(y, trials - y) ~ x + w + offset(offset), binomial, control = control)),
  zeroOne = report(glm(zeroOne ~ x + w, binomial, control = control)),
  large = report(glm(cbind(large, many - large) ~ x + w, binomial, control = control)),
  weighted = list(coef = unname(coef(weighted)), sd = unname(sqrt(diag(vcov(weighted)))),
    logLik = unbox(sum(weight * dbinom(y, trials, fitted(weighted), log = TRUE)))))
table <- rbind(
  expand.grid(count = c(0, 1, 3, 10), trials = c(1, 10, 11), logOdds = c(-30, -3, 0, 0.7, 4, 25)),
  expand.grid(count = c(0, 40, 180, 200, 1000), trials = 1000, logOdds = c(-9, -1.4, 0.1, 6)),
  expand.grid(count = c(12, 499000, 500100, 999998), trials = 1e6, logOdds = c(-11, -0.001, 0.002, 12)))
table <- table[table$count <= table$trials, ]
p <- plogis(table$logOdds)
write(toJSON(list(provenance = from, x = x, w = w, trials = trials, y = y, offset = offset, zeroOne = zeroOne,
  many = many, large = large, weight = weight, fits = fits,
  masses = list(count = table$count, trials = table$trials, logOdds = table$logOdds,
    # The smaller of p and 1 − p keeps all digits.
    logMass = loud(ifelse(table$logOdds < 0, dbinom(table$count, table$trials, p, log = TRUE),
      dbinom(table$trials - table$count, table$trials, plogis(-table$logOdds), log = TRUE))),
    cumulative = ifelse(table$logOdds < 0, pbinom(table$count, table$trials, p),
      pbinom(table$trials - table$count - 1, table$trials, plogis(-table$logOdds), lower.tail = FALSE)))),
  digits = NA), "test/reference/binomial.json")

set.seed(20250605)
exposure <- round(runif(n, 0.2, 5), 2)
mu <- exposure * exp(0.9 + 0.6 * x - 0.3 * w)
y <- rnbinom(n, size = 1.7, mu = mu)
weight <- sample(1:4, n, replace = TRUE)
large <- rnbinom(n, size = 30, mu = exp(11 + 0.2 * x))
control <- glm.control(epsilon = 1e-14, maxit = 200)
# glm.nb stops early; the size and the coefficients in turn until neither moves.
report <- function(formula, data) {
  start <- glm.nb(formula, data)
  size <- start$theta
  for (round in 1:60) {
    fit <- suppressWarnings(glm(formula, negative.binomial(size), data, control = control))
    size <- as.numeric(theta.ml(model.response(fit$model), fitted(fit), limit = 200, eps = 1e-13))
  }
  stopifnot(abs(size / start$theta - 1) < 1e-3)
  list(coef = unname(coef(fit)), size = unbox(size), sizeSd = unbox(start$SE.theta),
    logLik = unbox(sum(dnbinom(model.response(fit$model), size = size, mu = fitted(fit), log = TRUE))))
}
again <- rep(seq_len(n), weight)
frame <- data.frame(x, w, exposure, y, large)
fits <- list(
  plain = report(y ~ x + w, frame),
  offset = report(y ~ x + w + offset(log(exposure)), frame),
  # Each row as often as its weight says.
  weighted = report(y ~ x + w, frame[again, ]),
  large = report(large ~ x + w, frame))
table <- rbind(
  expand.grid(count = c(0, 1, 2, 17, 60, 500), mean = c(0.01, 2.4, 80), size = c(1e-3, 0.4, 3, 15.5, 700)),
  expand.grid(count = c(1000, 9e4, 1e6), mean = c(900, 1e5, 1.001e6), size = c(0.5, 20, 1e3, 1e5, 1e7)))
# For sizes far above the mean, dnbinom of R 4.2 is off by 1e-8 itself.
table <- table[table$size <= 1e5 | table$mean > 1e4, ]
write(toJSON(list(provenance = from, x = x, w = w, exposure = exposure, y = y, weight = weight, large = large,
  fits = fits,
  masses = list(count = table$count, mean = table$mean, size = table$size,
    logMass = loud(dnbinom(table$count, size = table$size, mu = table$mean, log = TRUE)),
    cumulative = pnbinom(table$count, size = table$size, mu = table$mean))),
  digits = NA), "test/reference/negative-binomial.json")
