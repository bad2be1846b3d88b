# Logistic, Poisson, quasi-Poisson and negative binomial regressions. Columns: set, yes, count, a, b, time, w, g.
suppressPackageStartupMessages({ library(MASS); library(sandwich) })
data <- read.csv(commandArgs(TRUE)[1])
say <- function(set, name, value) cat(sprintf("%d,%s,%.17g\n", set, name, value), sep = "")
tight <- glm.control(epsilon = 1e-13, maxit = 100)
se <- function(v) sqrt(v["a", "a"])
for (set in unique(data$set)) {
  d <- data[data$set == set, ]
  m <- glm(yes ~ a + b, binomial, d, control = tight)
  say(set, "logit", coef(m)["a"]); say(set, "logit_se", se(vcov(m))); say(set, "logit_ll", as.numeric(logLik(m)))
  say(set, "logit_hc0", se(sandwich(m))); say(set, "logit_cr1", se(vcovCL(m, cluster = d$g, type = "HC1")))
  m <- suppressWarnings(glm(yes ~ a + b, binomial, d, weights = w, control = tight))
  say(set, "wlogit", coef(m)["a"]); say(set, "wlogit_se", se(vcov(m)))
  m <- glm(count ~ a + b + offset(log(time)), poisson, d, control = tight)
  say(set, "poisson", coef(m)["a"]); say(set, "poisson_se", se(vcov(m))); say(set, "poisson_dev", deviance(m))
  m <- glm(count ~ a + b + offset(log(time)), quasipoisson, d, control = tight)
  say(set, "quasi_se", se(vcov(m))); say(set, "phi", summary(m)$dispersion)
  nb <- tryCatch(suppressWarnings(glm.nb(count ~ a + b + offset(log(time)), d,
                 control = glm.control(epsilon = 1e-12, maxit = 200))), error = function(e) NULL)
  if (!is.null(nb) && nb$converged && is.null(nb$th.warn)) {
    say(set, "nb", coef(nb)["a"]); say(set, "nb_se", se(vcov(nb)))
    say(set, "theta", nb$theta); say(set, "theta_se", nb$SE.theta)
  }
}
