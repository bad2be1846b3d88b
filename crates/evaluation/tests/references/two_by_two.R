# Two groups before and after with clusters: lm and glm with sandwich. Columns: set, cell, y, e, t, g.
suppressPackageStartupMessages(library(sandwich))
data <- read.csv(commandArgs(TRUE)[1])
say <- function(set, name, value) cat(sprintf("%d,%s,%.17g\n", set, name, value), sep = "")
for (set in unique(data$set)) {
  d <- data[data$set == set, ]
  d$here <- as.numeric(d$cell < 2); d$after <- d$cell %% 2
  m <- lm(y ~ here * after, d); v <- vcovCL(m, cluster = d$g, type = "HC2")
  say(set, "means", coef(m)["here:after"]); say(set, "means_se", sqrt(v["here:after", "here:after"]))
  m <- glm(e ~ here * after + offset(log(t)), poisson, d, control = list(epsilon = 1e-14, maxit = 100))
  v <- vcovCL(m, cluster = d$g, type = "HC0", cadj = TRUE)
  say(set, "log_ratio", coef(m)["here:after"]); say(set, "log_ratio_se", sqrt(v["here:after", "here:after"]))
  # The difference of rates is a curve of the same coefficients.
  at <- rbind(c(1, 1, 0, 0), c(1, 1, 1, 1), c(1, 0, 0, 0), c(1, 0, 1, 0)); rates <- exp(drop(at %*% coef(m)))
  slope <- colSums(c(-1, 1, 1, -1) * rates * at)
  say(set, "difference", sum(c(-1, 1, 1, -1) * rates)); say(set, "difference_se", sqrt(drop(slope %*% v %*% slope)))
}
