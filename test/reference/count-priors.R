# Writes count-priors.json: probabilities of 1 … max under priors on the number of components.
# Run from the root of the repository: Rscript test/reference/count-priors.R > test/reference/count-priors.json
# The beta-negative-binomial by its hierarchy: a negative binomial whose probability is a beta variate, integrated.
bnb <- function(k, shape, a, b) {
  sapply(k, function(x) {
    integrate(
      function(p) dnbinom(x, size = shape, prob = p) * dbeta(p, a, b), 0, 1,
      rel.tol = 1e-12, subdivisions = 1000
    )$value
  })
}
number <- function(v) format(v, digits = 15, trim = TRUE)
one <- function(declaration, mass) {
  p <- mass / sum(mass)
  paste0("  {\"declaration\":{", declaration, ",\"max\":", length(p), "},\"probabilities\":[",
    paste(number(p), collapse = ","), "]}")
}
cases <- c(
  one("\"kind\":\"poisson\",\"rate\":1", dpois(0:5, 1)),
  one("\"kind\":\"beta-negative-binomial\",\"shape\":1,\"a\":4,\"b\":3", bnb(0:5, 1, 4, 3)),
  one("\"kind\":\"uniform\",\"lower\":1,\"upper\":6", rep(1, 6)),
  one("\"kind\":\"poisson\",\"rate\":12.5", dpois(0:39, 12.5)),
  one("\"kind\":\"geometric\",\"probability\":0.3", dgeom(0:9, 0.3)),
  one("\"kind\":\"geometric\",\"probability\":1e-6", dgeom(0:29, 1e-6)),
  one("\"kind\":\"beta-negative-binomial\",\"shape\":2.5,\"a\":3.7,\"b\":1.6", bnb(0:11, 2.5, 3.7, 1.6))
)
cat("{\n\"provenance\":\"", R.version.string,
  ", dpois, dgeom, and dnbinom integrated over dbeta, truncated and renormalised; test/reference/count-priors.R\",\n",
  "\"cases\":[\n", paste(cases, collapse = ",\n"), "\n]\n}\n", sep = "")
