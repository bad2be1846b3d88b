# The wild cluster bootstrap with the null imposed, every turning refitted. Columns: set, y, a, b, g.
data <- read.csv(commandArgs(TRUE)[1])
for (set in unique(data$set)) {
  d <- data[data$set == set, ]
  x <- cbind(1, d$a, d$b); bread <- solve(crossprod(x)); clusters <- sort(unique(d$g))
  n <- nrow(x); g <- length(clusters)
  t_of <- function(outcome) {
    beta <- bread %*% crossprod(x, outcome)
    scores <- rowsum(x * drop(outcome - x %*% beta), d$g)
    v <- bread %*% crossprod(scores) %*% bread * g / (g - 1) * (n - 1) / (n - 3)
    beta[2] / sqrt(v[2, 2])
  }
  t0 <- t_of(d$y)
  null <- lm(y ~ b, d)
  turns <- as.matrix(expand.grid(rep(list(c(1, -1)), g)))
  ts <- apply(turns, 1, function(turn) t_of(fitted(null) + resid(null) * turn[match(d$g, clusters)]))
  cat(sprintf("%d,t,%.17g\n%d,p,%.17g\n", set, t0, set, mean(abs(ts) >= abs(t0) * (1 - 1e-10))))
}
