# A logistic regression on some people, tried on others. Columns: set, tried (0 or 1), y, a, b.
data <- read.csv(commandArgs(TRUE)[1])
say <- function(set, name, value) cat(sprintf("%d,%s,%.17g\n", set, name, value), sep = "")
exact <- list(epsilon = 1e-15, maxit = 200)
for (set in unique(data$set)) {
  d <- data[data$set == set, ]
  m <- glm(y ~ a + b, binomial, d[d$tried == 0, ], control = exact)
  d <- d[d$tried == 1, ]
  d$p <- predict(m, d, type = "response"); d$odds <- qlogis(d$p); n <- nrow(d)
  large <- glm(y ~ 1 + offset(odds), binomial, d, control = exact)
  slope <- glm(y ~ odds, binomial, d, control = exact)
  say(set, "expected", mean(d$p)); say(set, "error", sqrt(sum(d$p * (1 - d$p))) / n)
  say(set, "large", coef(large)[[1]]); say(set, "large_se", sqrt(vcov(large)[1, 1]))
  say(set, "slope", coef(slope)[[2]]); say(set, "slope_se", sqrt(vcov(slope)[2, 2]))
  say(set, "brier", mean((d$p - d$y)^2))
  # The area as the share of pairs the right way round, with DeLong's error from each person's share of them.
  x <- d$p[d$y == 1]; z <- d$p[d$y == 0]
  psi <- outer(x, z, function(x, z) (x > z) + (x == z) / 2)
  say(set, "c", mean(psi))
  say(set, "c_se", sqrt(var(rowMeans(psi)) / length(x) + var(colMeans(psi)) / length(z)))
  tenth <- floor((rank(d$p) * 10 - 1) / n)
  for (k in 0:9) {
    own <- d[tenth == k, ]; yes <- sum(own$y)
    say(set, paste0("predicted", k), mean(own$p)); say(set, paste0("observed", k), mean(own$y))
    limits <- prop.test(yes, nrow(own), correct = FALSE)$conf.int
    say(set, paste0("low", k), limits[1]); say(set, paste0("high", k), limits[2])
  }
}
