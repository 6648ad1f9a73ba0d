# Writes diagnostics.json: chains made here and what R's posterior says of them.
# Run: Rscript test/reference/diagnostics.R   (posterior 1.4.0, jsonlite)
# Draws have at most 12 significant digits, so that they are read back from JSON bit for bit.
suppressMessages({library(posterior); library(jsonlite)})
options(warn = -1)
set.seed(20240229)

ar1 <- function(n, phi, shift = 0) shift + as.numeric(arima.sim(list(ar = phi), n))
chains <- function(c, make) lapply(seq_len(c), function(i) signif(make(i), 12))

# Chains of two or three draws are left out: .split_chains transposes them there. Constants at
# their own value are eighths, of which R's variance is exactly 0.
cases <- list(
  "independent normal, 4 chains" = chains(4, function(i) rnorm(100)),
  "AR(1) 0.9" = chains(4, function(i) ar1(200, 0.9)),
  "AR(1) -0.7, antithetic" = chains(4, function(i) ar1(200, -0.7)),
  "AR(1) -0.95, capped" = chains(2, function(i) ar1(200, -0.95)),
  "one chain" = chains(1, function(i) ar1(150, 0.5)),
  "two chains of odd length" = chains(2, function(i) ar1(101, 0.3)),
  "three chains, one shifted" = chains(3, function(i) ar1(60, 0.2, shift = if (i == 2) 2 else 0)),
  "four chains, one wider" = chains(4, function(i) rnorm(80, sd = if (i == 4) 4 else 1)),
  "heavy tails" = chains(4, function(i) rt(150, 1)),
  "heavy tails with ties" = chains(4, function(i) round(rt(150, 1.5), 1)),
  "zero or one, mostly zero" = chains(4, function(i) rbinom(120, 1, 0.03)),
  "zero or one, about even" = chains(4, function(i) rbinom(101, 1, 0.45)),
  "counts" = chains(4, function(i) rpois(100, 3)),
  "constant" = chains(4, function(i) rep(0.1, 50)),
  "each chain constant at its own value" = chains(3, function(i) rep(i / 8, 50)),
  "one chain constant, others move" = chains(4, function(i) {
    if (i == 1) rep(0.3, 60) else rnorm(60)
  }),
  "six draws" = chains(2, function(i) rnorm(6)),
  "five draws" = chains(2, function(i) rnorm(5)),
  "eleven draws" = chains(3, function(i) rnorm(11)),
  "one draw" = chains(4, function(i) rnorm(1)),
  "a NaN" = chains(2, function(i) replace(rnorm(50), if (i == 2) 7 else 0, NaN)),
  "an infinity" = chains(2, function(i) replace(rnorm(50), if (i == 2) 7 else 0, -Inf)),
  "tiny scale" = chains(2, function(i) 1e-9 * ar1(80, 0.4)),
  "large offset" = chains(2, function(i) 1e3 + ar1(80, 0.4)),
  "trend" = chains(2, function(i) seq(0, 1, length.out = 100) + rnorm(100, sd = 0.1))
)

# 1.4.0 took |x - mean| here; newer versions take squares.
ess_sd_squares <- function(x) ess_mean((x - mean(x))^2)

values <- function(x) {
  all <- as.vector(x)
  q <- quantile2(all)
  list(
    rhat = rhat(x), rhat_basic = rhat_basic(x), ess_bulk = ess_bulk(x), ess_tail = ess_tail(x),
    ess_mean = ess_mean(x), ess_sd = ess_sd_squares(x),
    ess_median = ess_quantile(x, 0.5, names = FALSE),
    mcse_mean = mcse_mean(x), mcse_sd = mcse_sd(x),
    mcse_median = mcse_quantile(x, 0.5, names = FALSE),
    mcse_q5 = mcse_quantile(x, 0.05, names = FALSE),
    mcse_q95 = mcse_quantile(x, 0.95, names = FALSE),
    mean = mean(all), median = median(all), sd = sd(all), mad = mad(all), q5 = q[[1]], q95 = q[[2]]
  )
}

entry <- function(name, draws) {
  x <- do.call(cbind, draws)
  # A number, or "NA" (NaN too), "Inf", "-Inf".
  text <- function(v) if (is.na(v)) "NA" else if (is.infinite(v)) as.character(v) else v
  list(
    name = unbox(name),
    chains = lapply(draws, function(d) lapply(d, function(v) unbox(text(v)))),
    values = lapply(values(x), function(v) unbox(text(v)))
  )
}

all_cases <- mapply(entry, names(cases), cases, SIMPLIFY = FALSE, USE.NAMES = FALSE)
provenance <- paste0(
  "diagnostics.R in this folder, ", R.version.string, ", posterior ", packageVersion("posterior"),
  "; ess_sd by its later definition, ess_mean((x - mean(x))^2)")
write(toJSON(list(provenance = unbox(provenance), cases = all_cases), digits = I(17)),
  "test/reference/diagnostics.json")
