# Rates, exact limits, sizes of samples, digits, difference estimators, dispersed funnels and hazard spikes.
# Columns: set, kind, a, b, c, d, e. The kind says what a row is part of.
data <- read.csv(commandArgs(TRUE)[1])
say <- function(set, name, value) cat(sprintf("%d,%s,%.17g\n", set, name, value), sep = "")
curve <- function(t, k) {
  n <- length(k); range <- k[n] - k[1]; cube <- function(at) pmax(t - at, 0)^3
  terms <- sapply(k[1:(n - 2)], function(at)
    (cube(at) - cube(k[n - 1]) * (k[n] - at) / (k[n] - k[n - 1]) + cube(k[n]) * (k[n - 1] - at) / (k[n] - k[n - 1])) / range^3)
  cbind(t / range, terms)
}
for (set in unique(data$set)) {
  d <- data[data$set == set, ]
  part <- function(kind) d[d$kind == kind, ]
  r <- part(1)
  two <- poisson.test(c(r$a, r$c), c(r$b, r$d))
  say(set, "ratio", two$estimate); say(set, "ratio-low", two$conf.int[1]); say(set, "ratio-high", two$conf.int[2])
  say(set, "higher", poisson.test(c(r$a, r$c), c(r$b, r$d), alternative = "greater")$p.value)
  one <- poisson.test(r$a, r$e)
  say(set, "low", one$conf.int[1]); say(set, "high", one$conf.int[2])
  say(set, "at-least", poisson.test(r$a, r$e, alternative = "greater")$p.value)
  s <- part(2)
  wrong <- max(1, ceiling(s$b * s$a - 1e-9))
  say(set, "size", which(dhyper(0, wrong, s$a - wrong, seq_len(s$a)) <= 0.05 * (1 + 1e-9))[1])
  g <- part(3)
  suppressWarnings({
    say(set, "digits", chisq.test(rbind(g$a, g$b))$p.value); say(set, "even", chisq.test(g$a)$p.value)
  })
  f <- part(4)
  total <- 0; v <- 0; w <- 0
  for (stratum in unique(f$a)) {
    x <- f$c[f$a == stratum]; n <- length(x); all <- f$b[f$a == stratum][1]
    total <- total + all * mean(x); one <- all^2 * (1 - n / all) * var(x) / n
    v <- v + one; w <- w + one^2 / (n - 1)
  }
  say(set, "total", total); say(set, "lower", total - qt(0.95, v^2 / w) * sqrt(v))
  u <- part(5)
  z <- sort(sqrt(u$b) * log(u$a / u$b)); o <- order(sqrt(u$b) * log(u$a / u$b))
  cut <- floor(0.1 * nrow(u)); keep <- o[(cut + 1):(nrow(u) - cut)]
  i <- length(keep); e <- u$b[keep]; phi <- sum((sqrt(e) * log(u$a[keep] / e))^2) / i
  say(set, "tau", max(0, (i * phi - (i - 1)) / (sum(e) - sum(e^2) / sum(e))))
  h <- part(6)
  local({
    days <- do.call(rbind, lapply(seq_len(nrow(h)), function(i) data.frame(
      t = 0:h$a[i], left = as.numeric(0:h$a[i] == h$a[i] & h$b[i] == 1), band = h$d[i], cluster = h$e[i])))
    at <- sort(h$a[h$b == 1])
    k <- unique(at[floor((length(at) - 1) * c(0.05, 0.275, 0.5, 0.725, 0.95) + 0.5) + 1])
    days$before <- as.numeric(days$t >= h$c[1] - 7 & days$t < h$c[1])
    days$after <- as.numeric(days$t >= h$c[1] & days$t < h$c[1] + 7)
    x <- cbind(1, days$before, days$after, curve(days$t, k), sapply(sort(unique(days$band))[-1], function(b) days$band == b))
    m <- glm.fit(x, days$left, family = binomial(), control = glm.control(epsilon = 1e-12, maxit = 100))
    p <- m$fitted.values
    bread <- solve(crossprod(x * sqrt(p * (1 - p))))
    score <- rowsum(x * (days$left - p), days$cluster); g <- nrow(score)
    v <- bread %*% crossprod(score) %*% bread * g / (g - 1)
    say(set, "spike", m$coefficients[3] - m$coefficients[2])
    say(set, "spike-se", sqrt(v[2, 2] + v[3, 3] - 2 * v[2, 3]))
  })
}
