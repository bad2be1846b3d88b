# Survival curves, log-rank, Cox models with both tie rules, strata and clusters, and the test of proportional hazards.
if (!requireNamespace("survival", quietly = TRUE)) { message("the R package survival is absent"); quit(status = 77) }
suppressMessages(library(survival))
d <- read.csv(file("stdin"))
say <- function(set, name, value) cat(set, ",", name, ",", format(value, digits = 17), "\n", sep = "")
for (set in unique(d$set)) {
  one <- d[d$set == set, ]
  for (type in c("log", "log-log")) {
    f <- survfit(Surv(time, event) ~ 1, one, conf.type = type)
    m <- summary(f)$table
    say(set, paste0("median:", type), m["median"])
    say(set, paste0("low:", type), m["0.95LCL"])
    say(set, paste0("high:", type), m["0.95UCL"])
    s <- summary(f, times = 20)
    say(set, paste0("at20:", type), s$surv)
    say(set, paste0("at20low:", type), s$lower)
    say(set, paste0("at20high:", type), s$upper)
  }
  r <- survival:::survmean(survfit(Surv(time, event) ~ 1, one), rmean = 20)$matrix
  say(set, "rmean", r["rmean"]); say(set, "rmean-se", r["se(rmean)"])
  say(set, "logrank", survdiff(Surv(time, event) ~ arm, one)$chisq)
  say(set, "logrank-strata", survdiff(Surv(time, event) ~ arm + strata(site), one)$chisq)
  say(set, "peto", survdiff(Surv(time, event) ~ arm, one, rho = 1)$chisq)
  for (ties in c("efron", "breslow")) {
    c <- coxph(Surv(time, event) ~ arm + age, one, ties = ties)
    for (k in 1:2) {
      say(set, paste0(ties, ":b", k), coef(c)[[k]])
      say(set, paste0(ties, ":se", k), sqrt(vcov(c)[k, k]))
    }
    say(set, paste0(ties, ":lr"), 2 * diff(c$loglik)); say(set, paste0(ties, ":score"), c$score)
    say(set, paste0(ties, ":wald"), c$wald.test)
    say(set, paste0(ties, ":c"), c$concordance[["concordance"]])
    z <- cox.zph(c)$table
    for (k in 1:3) say(set, paste0(ties, ":zph", k), z[k, "chisq"])
    g <- coxph(Surv(time, event) ~ arm + age, one, ties = ties, cluster = site)
    say(set, paste0(ties, ":robust1"), sqrt(vcov(g)[1, 1])); say(set, paste0(ties, ":robust2"), sqrt(vcov(g)[2, 2]))
  }
  s <- coxph(Surv(time, event) ~ arm + age + strata(site), one)
  say(set, "strata:b1", coef(s)[[1]]); say(set, "strata:se1", sqrt(vcov(s)[1, 1]))
  e <- coxph(Surv(entry, time, event) ~ arm + age, one)
  say(set, "entry:b1", coef(e)[[1]]); say(set, "entry:se2", sqrt(vcov(e)[2, 2]))
}
