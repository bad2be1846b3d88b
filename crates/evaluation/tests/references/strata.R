# Strata, classes and balance of made people with MatchIt: weights of everyone, and the balance table.
if (!requireNamespace("MatchIt", quietly = TRUE)) quit(status = 77)
suppressMessages(library(MatchIt))
people <- read.csv(commandArgs(trailingOnly = TRUE)[1])
people$g <- factor(people$g)
number <- function(x) paste(sprintf("%.12g", x), collapse = " ")
for (set in unique(people$set)) {
  d <- people[people$set == set, ]
  quiet <- function(expression) suppressWarnings(expression)
  cat(set, "same", number(quiet(matchit(treat ~ x3 + g, d, method = "exact"))$weights), "\n", sep = ",")
  cat(set, "bins", number(quiet(matchit(treat ~ x1 + g, d, method = "cem"))$weights), "\n", sep = ",")
  cat(set, "cuts", number(quiet(matchit(treat ~ x1 + x2, d, method = "cem", cutpoints = list(x1 = 3, x2 = c(-0.5, 0.5))))$weights), "\n", sep = ",")
  classes <- quiet(matchit(treat ~ x1 + x2 + x3 + g, d, method = "subclass", subclass = 4, min.n = 0))
  cat(set, "classes", number(classes$weights), "\n", sep = ",")
  cat(set, "score", number(classes$distance), "\n", sep = ",")
  m <- quiet(matchit(treat ~ x3 + g, d, method = "exact"))
  b <- summary(m, addlvariables = ~ x1 + x2, data = d)
  for (name in c("x1", "x2")) {
    columns <- c("Std. Mean Diff.", "Var. Ratio", "eCDF Mean", "eCDF Max")
    cat(set, name, number(c(b$sum.all[name, columns], b$sum.matched[name, columns])), "\n", sep = ",")
  }
  cat(set, "worth", number(b$nn["Matched (ESS)", ]), "\n", sep = ",")
}
