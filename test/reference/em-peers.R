# The highest log-likelihoods that flexmix and mixtools find, from 20 starts each, on the data sets of the tests.
# Rscript em-peers.R > em-peers.json   (in this folder)
suppressMessages({library(flexmix); library(mixtools); library(jsonlite)})
data(NPreg)
npreg <- data.frame(x = NPreg$x, yn = NPreg$yn)
write.csv(npreg, "npreg.csv", row.names = FALSE)
data(CO2data)
co2 <- data.frame(gnp = CO2data$GNP, co2 = CO2data$CO2)
write.csv(co2, "co2.csv", row.names = FALSE)
read <- function(name) read.csv(name)
sets <- list(
  list(file = "tone.csv", experts = tuned ~ stretchratio, gate = NULL, K = 2),
  list(file = "tone.csv", experts = tuned ~ stretchratio, gate = ~ stretchratio, K = 2),
  list(file = "pair.csv", experts = y ~ x1, gate = ~ x1, K = 2),
  list(file = "P1.csv", experts = y ~ x1 + x2, gate = ~ x1 + x2, K = 3),
  list(file = "random-k/k2.csv", experts = y ~ x, gate = ~ x, K = 2),
  list(file = "npreg.csv", experts = yn ~ x + I(x^2), gate = NULL, K = 2),
  list(file = "npreg.csv", experts = yn ~ x + I(x^2), gate = ~ x, K = 2),
  list(file = "npreg.csv", experts = yn ~ x + I(x^2), gate = ~ x, K = 3),
  list(file = "co2.csv", experts = co2 ~ gnp, gate = NULL, K = 2)
)
# The log-likelihood of flexmix's parameters, computed here: its sigma is not the maximum, and may be told of otherwise.
result <- lapply(sets, function(s) {
  d <- read(s$file)
  set.seed(1)
  fm <- suppressMessages(stepFlexmix(s$experts, data = d, k = s$K, nrep = 20, verbose = FALSE,
    concomitant = if (is.null(s$gate)) FLXPconstant() else FLXPmultinom(s$gate),
    control = list(iter.max = 5000, minprior = 0, tolerance = 1e-10)))
  out <- list(file = s$file, experts = deparse(s$experts),
    gate = if (is.null(s$gate)) NA else deparse(s$gate), components = s$K, flexmix = as.numeric(logLik(fm)))
  if (is.null(s$gate)) {
    X <- model.matrix(s$experts, d)[, -1, drop = FALSE]
    y <- model.response(model.frame(s$experts, d))
    lls <- sapply(1:20, function(i) {
      set.seed(i)
      r <- NULL
      capture.output(r <- tryCatch(regmixEM(y, X, k = s$K, epsilon = 1e-10, maxit = 5000), error = function(e) NULL))
      if (is.null(r) || min(r$sigma) < 1e-3 * sd(y)) -Inf else r$loglik
    })
    out$mixtools <- max(lls)
  }
  out
})
cat(toJSON(list(
  provenance = list(program = "flexmix and mixtools, 20 starts each", command = "Rscript em-peers.R", date = format(Sys.Date())),
  versions = list(R = as.character(getRversion()), flexmix = as.character(packageVersion("flexmix")),
    mixtools = as.character(packageVersion("mixtools"))),
  fits = result), auto_unbox = TRUE, digits = 10, pretty = TRUE, na = "null"), "\n")
