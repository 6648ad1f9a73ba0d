# Writes poisson.json: Poisson regressions by R's glm, and masses and probabilities of counts.
# Run: Rscript test/reference/poisson.R   (base R 4.2.2, jsonlite)
suppressMessages(library(jsonlite))
set.seed(20240517)

control <- glm.control(epsilon = 1e-14, maxit = 100)
n <- 40
x <- round(runif(n, -2, 2), 3)
w <- round(rnorm(n), 3)
exposure <- round(runif(n, 0.2, 5), 2)
y <- rpois(n, exposure * exp(0.4 + 0.7 * x - 0.3 * w))
weight <- round(rexp(n), 3)
large <- rpois(n, exp(9 + 0.2 * x))
report <- function(fit) list(
  coef = unname(coef(fit)), logLik = unbox(as.numeric(logLik(fit))),
  # glm's covariance is the inverse of the negative Hessian: the link is canonical.
  sd = unname(sqrt(diag(vcov(fit)))))
fits <- list(
  plain = report(glm(y ~ x + w, poisson, control = control)),
  offset = report(glm(y ~ x + w + offset(log(exposure)), poisson, control = control)),
  weighted = report(suppressWarnings(glm(y ~ x + w, poisson, weights = weight, control = control))),
  large = report(glm(large ~ x + w, poisson, control = control)))
# logLik.glm goes by the AIC, which poisson() weighs too.

count <- c(0, 1, 3, 12, 250, 2000, 9998, 1e6)
mean <- c(0.001, 0.8, 3.3, 20, 240, 1990, 2100, 9999.5, 10100, 1e6 + 1500)
table <- expand.grid(count = count, mean = mean)
write(toJSON(list(
  provenance = unbox(paste0("poisson.R in this folder, ", R.version.string)),
  x = x, w = w, exposure = exposure, y = y, weight = weight, large = large, fits = fits,
  masses = list(count = table$count, mean = table$mean,
    logMass = pmax(dpois(table$count, table$mean, log = TRUE), -1e300),
    cumulative = ppois(table$count, table$mean))),
  digits = NA), "test/reference/poisson.json")
