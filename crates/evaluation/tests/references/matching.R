# Matches made people with MatchIt and prints a fingerprint of who was matched to whom, with an effect and its error.
# The answers in matching.csv were made with MatchIt 4.7.2 under R 4.2.2: the 4.5.1 of a common distribution neither
# obeys calipers nor takes the nearest, and is refused here.
suppressMessages({ library(MatchIt); library(sandwich) })
if (packageVersion("MatchIt") < "4.5.4") quit(status = 77)
people <- read.csv(commandArgs(trailingOnly = TRUE)[1])
people$g <- factor(people$g)
quiet <- function(expression) suppressWarnings(expression)
show <- function(set, what, m) {
  who <- m$match.matrix
  t <- rep(as.numeric(rownames(who)), ncol(who))
  c <- as.numeric(who)
  t <- t[!is.na(c)]
  c <- c[!is.na(c)]
  cat(set, what, sprintf("%d %.0f %.0f", length(c), sum(t * c), sum(t * c * c)), sep = ",")
  cat("\n")
}
for (set in unique(people$set)) {
  d <- people[people$set == set, ]
  rownames(d) <- seq_len(nrow(d))
  f <- treat ~ x1 + x2 + x3 + g
  one <- quiet(matchit(f, d))
  near <- quiet(matchit(f, d, caliper = 0.2))
  show(set, "one", one)
  show(set, "near", near)
  show(set, "two", quiet(matchit(f, d, ratio = 2)))
  show(set, "two-near", quiet(matchit(f, d, ratio = 2, caliper = 0.1)))
  show(set, "again", quiet(matchit(f, d, replace = TRUE)))
  show(set, "again-near", quiet(matchit(f, d, replace = TRUE, ratio = 2, caliper = 0.15)))
  show(set, "within", quiet(matchit(f, d, exact = ~ g)))
  show(set, "logit", quiet(matchit(f, d, distance = "glm", link = "linear.logit", m.order = "smallest", caliper = 0.2)))
  show(set, "space", quiet(matchit(f, d, distance = "mahalanobis")))
  show(set, "space-near", quiet(matchit(f, d, mahvars = ~ x1 + x2, caliper = 0.3)))
  for (m in list(list("error", one), list("error-near", near))) {
    matched <- match.data(m[[2]])
    fit <- lm(y ~ treat, matched, weights = weights)
    cat(set, m[[1]], sprintf("%.10g %.10g", coef(fit)[2], sqrt(vcovCL(fit, cluster = ~ subclass)[2, 2])), sep = ",")
    cat("\n")
  }
}
