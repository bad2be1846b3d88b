# McCrary's test with lm() on every data set: columns set, cutoff, value.
rows <- read.csv(commandArgs(TRUE)[1])
one <- function(x, cut) {
  n <- length(x); bin <- 2 * sd(x) * n^(-1/2)
  place <- floor((x - cut) / bin)
  from <- min(place); to <- max(place)
  height <- as.vector(table(factor(place, levels = from:to))) / n / bin
  middle <- (from:to + 0.5) * bin
  rule <- function(keep) {
    m <- middle[keep]; y <- height[keep]
    fit <- lm(y ~ poly(m, 4, raw = TRUE)); b <- coef(fit)
    bends <- 2 * b[3] + 6 * b[4] * m + 12 * b[5] * m^2
    3.348 * (sum(resid(fit)^2) / (length(m) - 5) * (max(m) - min(m)) / sum(bends^2))^(1/5)
  }
  h <- (rule(middle < 0) + rule(middle > 0)) / 2
  at <- function(side) {
    w <- pmax(0, 1 - abs(middle / h)) * side
    coef(lm(height ~ middle, weights = w, subset = w > 0))[1]
  }
  f <- c(at(middle < 0), at(middle > 0))
  c(theta = unname(log(f[2]) - log(f[1])), se = unname(sqrt(24 / 5 / (n * h) * sum(1 / f))), h = h, bin = bin)
}
for (set in split(rows, rows$set)) {
  found <- one(set$value, set$cutoff[1])
  cat(sprintf("%d,%s,%.17g\n", set$set[1], names(found), found), sep = "")
}
