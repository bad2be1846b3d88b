# Negative binomial series with an offset by MASS, on every data set: columns set, y, at_risk, time, step, sine, cosine.
library(MASS)
rows <- read.csv(commandArgs(TRUE)[1])
for (set in split(rows, rows$set)) {
  fit <- suppressWarnings(glm.nb(y ~ time + step + sine + cosine + offset(log(at_risk)), data = set,
                                 control = glm.control(epsilon = 1e-12, maxit = 100)))
  found <- c(step = unname(coef(fit)["step"]), se = unname(sqrt(vcov(fit)["step", "step"])), theta = fit$theta)
  cat(sprintf("%d,%s,%.17g\n", set$set[1], names(found), found), sep = "")
}
