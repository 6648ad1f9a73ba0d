# Writes model-matrix.json: what R's model.matrix makes of fixed formulas on a fixed table.
# Run from the root of the repository: Rscript test/reference/model-matrix.R > test/reference/model-matrix.json
options(contrasts = c("contr.treatment", "contr.poly"))
n <- 12
table <- data.frame(
  y = c(1.3, 0.2, 2.7, 4.1, 3.3, 5.9, 2.2, 7.4, 6.1, 0.9, 8.3, 4.8),
  x = c(0.5, 1.25, 2, 2.75, 3.1, 4.2, 5, 5.5, 6.75, 7, 8.2, 9.9),
  w = c(-1.5, 0.3, 2.2, -0.7, 1.9, 0.4, -2.1, 1.1, 0.6, -0.2, 1.4, -1.8),
  year = c(1880, 1890, 1903, 1911, 1925, 1938, 1950, 1961, 1977, 1990, 2004, 2023),
  g = rep(c("a", "b", "c"), 4),
  h = rep(c("u", "v"), each = 6),
  k = c(3, 1, 2, 10, 3, 1, 2, 10, 3, 1, 2, 10),
  stringsAsFactors = TRUE
)
table[["my var"]] <- c(2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)
table <- table[c("y", "x", "w", "year", "g", "h", "k", "my var")]
formulas <- c(
  "y ~ x", "y ~ 1", "y ~ x + w - 1", "y ~ 0 + x", "y ~ g", "y ~ 0 + g", "y ~ x + g - 1", "y ~ g + h - 1",
  "y ~ x * g", "y ~ x:g", "y ~ 0 + x:g", "y ~ g:h", "y ~ 0 + g:h", "y ~ g + g:h", "y ~ h:g + g",
  "y ~ 0 + g + g:h", "y ~ x + x:g", "y ~ 0 + x + x:g", "y ~ g * h", "y ~ (x + w + g)^2",
  "y ~ (x + w + g)^2 - x:w", "y ~ g * h * x", "y ~ g * h * x - g:h", "y ~ g:h:x", "y ~ g / x", "y ~ g / (x + w)",
  "y ~ x %in% g", "y ~ .", "y ~ . - year", "log(y) ~ .", "y ~ (x + g) * (w + h)", "y ~ w:x + w",
  "y ~ I(x^2) + I((x + 1) * -w / 2)", "y ~ I(1e5 * x) + I(x / 1000) + I(x * 0.00001) + I(x - 123456)",
  "y ~ poly(x, 2)", "y ~ poly(year, 3)", "y ~ poly(x, 3, raw = TRUE)", "y ~ poly(x, 1)", "y ~ poly(x, degree = 2) * g",
  "y ~ poly(log(x), 2):h", "y ~ scale(x) + scale(w, scale = FALSE) + scale(x, center = FALSE)", "y ~ scale(log(x))",
  "y ~ log(x) + sqrt(x) + exp(w) + abs(w) + sin(x) + cos(x) + log1p(x) + log2(x) + log10(x)", "y ~ log(x, 3)",
  "y ~ offset(w) + x", "y ~ x + offset(log(x)) + offset(2 * w)", "y ~ factor(k)", "y ~ 0 + factor(k):x", "y ~ factor(g) + x",
  "y ~ `my var` + `my var`:g", "y ~ x + x + g + x", "y ~ x - 1 + 1", "~ x + g",
  "y ~ -1 + x + (g - 1)", "y ~ x**2", "y ~ (g + h)^3", "y ~ x + (w - 1)", "y ~ I(-x^2) + I(x - (w - x)) + I(+x)",
  "y ~ tan(w) + floor(x) + ceiling(x) + sign(w) + expm1(w) + tanh(w) + atan(x)",
  "log(y + 1) ~ x", "y / x ~ w"
)
number <- function(v) paste0("[", paste(format(v, digits = 17, trim = TRUE, scientific = TRUE), collapse = ","), "]")
string <- function(s) paste0("\"", gsub("\"", "\\\\\"", s), "\"")
strings <- function(s) paste0("[", paste(string(s), collapse = ","), "]")
one <- function(text) {
  formula <- as.formula(text)
  frame <- model.frame(formula, table)
  m <- model.matrix(terms(frame), frame)
  out <- c(
    paste0("\"formula\":", string(text)),
    paste0("\"names\":", strings(colnames(m))),
    paste0("\"values\":", number(as.vector(t(m))))
  )
  offset <- model.offset(frame)
  if (!is.null(offset)) out <- c(out, paste0("\"offset\":", number(as.vector(offset))))
  response <- model.response(frame)
  if (!is.null(response)) out <- c(out, paste0("\"response\":", number(as.vector(response))))
  paste0("  {", paste(out, collapse = ","), "}")
}
column <- function(name) {
  v <- table[[name]]
  paste0("  ", string(name), ":", if (is.factor(v)) strings(as.character(v)) else number(v))
}
cat("{\n\"provenance\":", string(paste0(R.version.string, ", model.matrix with treatment contrasts; test/reference/model-matrix.R")), ",\n", sep = "")
cat("\"table\":{\n", paste(vapply(names(table), column, ""), collapse = ",\n"), "\n},\n", sep = "")
cat("\"cases\":[\n", paste(vapply(formulas, one, ""), collapse = ",\n"), "\n]\n}\n", sep = "")
