# Compiled models are kept in MOEBIUS_PEERS_CACHE (or R's temporary folder).
stan_program <- function(folder, name) {
  cache <- Sys.getenv("MOEBIUS_PEERS_CACHE", tempdir())
  kept <- file.path(cache, paste0(name, "-rstan-", packageVersion("rstan"), ".rds"))
  source <- file.path(folder, paste0(name, ".stan"))
  if (file.exists(kept) && file.mtime(kept) > file.mtime(source)) return(readRDS(kept))
  # Debian keeps Boost's and Eigen's headers outside the R library.
  program <- rstan::stan_model(source, model_name = gsub("-", "_", name),
    save_dso = TRUE, boost_lib = "/usr/include",
    eigen_lib = system.file("include", package = "RcppEigen")
  )
  saveRDS(program, kept)
  program
}

# One draws x parameters matrix a chain, columns named as in the program.
stan_chains <- function(fit, parameters) {
  draws <- rstan::extract(fit, pars = parameters, permuted = FALSE)
  lapply(seq_len(dim(draws)[2]), function(chain) {
    matrix(draws[, chain, ], dim(draws)[1], dimnames = list(NULL, dimnames(draws)[[3]]))
  })
}

columns <- function(row, name, K) matrix(row[startsWith(names(row), paste0(name, "["))], ncol = K)

unpack_baseline <- function(K) function(row) {
  list(
    gate = cbind(columns(row, "gate", K - 1), 0),
    coefficients = columns(row, "coefficients", K),
    sd = sqrt(as.vector(columns(row, "sigma2", 1)))
  )
}
