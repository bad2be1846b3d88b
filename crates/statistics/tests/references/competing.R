# Cumulative incidence with competing endings, and the model of Fine and Gray.
for (name in c("cmprsk", "survival")) if (!requireNamespace(name, quietly = TRUE)) {
  message(paste("the R package", name, "is absent")); quit(status = 77)
}
suppressMessages({ library(cmprsk); library(survival) })
d <- read.csv(file("stdin"))
say <- function(set, name, value) cat(set, ",", name, ",", format(value, digits = 17), "\n", sep = "")
for (set in unique(d$set)) {
  one <- d[d$set == set, ]
  f <- timepoints(cuminc(one$time, one$cause), c(5, 10, 20))
  for (cause in 1:2) for (k in 1:3) {
    say(set, paste0("share", cause, ":", c(5, 10, 20)[k]), f$est[cause, k])
    say(set, paste0("var", cause, ":", c(5, 10, 20)[k]), f$var[cause, k])
  }
  g <- cuminc(one$time, one$cause, one$arm)$Tests
  say(set, "gray1", g[1, "stat"]); say(set, "gray2", g[2, "stat"])
  c <- crr(one$time, one$cause, as.matrix(one[, c("arm", "age")]), gtol = 1e-10, maxiter = 50)
  say(set, "crr1", c$coef[[1]]); say(set, "crr2", c$coef[[2]]); say(set, "crr-se1", sqrt(c$var[1, 1]))
  # Without ties all programs draw up the same books; errors between people come from the weighted Cox model.
  one$kind <- factor(one$cause, 0:2)
  w <- finegray(Surv(smooth, kind) ~ arm + age + id + site, one, etype = "1")
  m <- coxph(Surv(fgstart, fgstop, fgstatus) ~ arm + age, w, weights = fgwt, cluster = id, ties = "breslow")
  s <- coxph(Surv(fgstart, fgstop, fgstatus) ~ arm + age, w, weights = fgwt, cluster = site, ties = "breslow")
  for (k in 1:2) say(set, paste0("fg-site", k), sqrt(vcov(s)[k, k]))
  # A third ending: every other one of the second kind. Each ending is held against all others.
  three <- ifelse(one$cause == 2 & seq_along(one$cause) %% 2 == 0, 3, one$cause)
  f <- timepoints(cuminc(one$time, three), 10)
  g <- cuminc(one$time, three, one$arm)$Tests
  for (cause in 1:3) {
    say(set, paste0("three", cause), f$est[cause, 1]); say(set, paste0("three-gray", cause), g[cause, "stat"])
  }
  for (k in 1:2) { say(set, paste0("fg", k), coef(m)[[k]]); say(set, paste0("fg-se", k), sqrt(vcov(m)[k, k])) }
}
