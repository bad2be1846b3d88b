# Linear regressions and their covariances: lm with sandwich. Columns: set, y, a, b, w, g, h.
suppressPackageStartupMessages(library(sandwich))
data <- read.csv(commandArgs(TRUE)[1])
say <- function(set, name, value) cat(sprintf("%d,%s,%.17g\n", set, name, value), sep = "")
se <- function(v) sqrt(v["a", "a"])
for (set in unique(data$set)) {
  d <- data[data$set == set, ]
  m <- lm(y ~ a + b, d)
  say(set, "a", coef(m)["a"]); say(set, "b", coef(m)["b"]); say(set, "iid", se(vcov(m)))
  for (k in 0:3) say(set, paste0("hc", k), se(vcovHC(m, type = paste0("HC", k))))
  say(set, "cr0", se(vcovCL(m, cluster = d$g, type = "HC0", cadjust = FALSE)))
  for (k in 1:3) say(set, paste0("cr", k), se(vcovCL(m, cluster = d$g, type = paste0("HC", k))))
  v <- vcovCL(m, cluster = cbind(d$g, d$h), type = "HC1")
  if (all(eigen(v)$values > 0)) say(set, "two", se(v))
  weighted <- lm(y ~ a + b, d, weights = w)
  say(set, "wa", coef(weighted)["a"]); say(set, "wiid", se(vcov(weighted)))
  for (k in 0:3) say(set, paste0("whc", k), se(vcovHC(weighted, type = paste0("HC", k))))
  say(set, "wcr1", se(vcovCL(weighted, cluster = d$g, type = "HC1")))
  fe <- lm(y ~ a + factor(g), d)
  say(set, "fe", coef(fe)["a"]); say(set, "fecr1", se(vcovCL(fe, cluster = d$g, type = "HC1")))
}
