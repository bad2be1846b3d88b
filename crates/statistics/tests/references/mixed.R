# Logistic models with a random intercept, nine points of adaptive quadrature; `cbpp` is the package's own example.
if (!requireNamespace("lme4", quietly = TRUE)) { message("the R package lme4 is absent"); quit(status = 77) }
suppressMessages(library(lme4))
d <- read.csv(file("stdin"))
say <- function(set, name, value) cat(set, ",", name, ",", format(value, digits = 17), "\n", sep = "")
quiet <- glmerControl(optimizer = "bobyqa", check.conv.singular = "ignore", check.conv.grad = "ignore", calc.derivs = TRUE)
for (set in unique(d$set)) {
  one <- d[d$set == set, ]
  m <- glmer(cbind(successes, trials - successes) ~ x + (1 | group), one, family = binomial, nAGQ = 9, control = quiet)
  for (k in 1:2) { say(set, paste0("b", k), fixef(m)[[k]]); say(set, paste0("se", k), sqrt(vcov(m)[k, k])) }
  say(set, "spread", sqrt(unlist(VarCorr(m)))[[1]])
  say(set, "effect1", ranef(m)$group[[1]][1])
}
for (k in seq_len(nrow(cbpp))) {
  say(1000 + k, "herd", as.integer(cbpp$herd[k])); say(1000 + k, "period", as.integer(cbpp$period[k]))
  say(1000 + k, "incidence", cbpp$incidence[k]); say(1000 + k, "size", cbpp$size[k])
}
