# Calipers and errors with replacement, with Matching: pairs, estimate, and the error of Abadie and Imbens.
if (!requireNamespace("Matching", quietly = TRUE)) quit(status = 77)
suppressMessages(library(Matching))
people <- read.csv(commandArgs(trailingOnly = TRUE)[1])
number <- function(x) paste(sprintf("%.12g", x), collapse = " ")
for (set in unique(people$set)) {
  d <- people[people$set == set, ]
  show <- function(what, m) {
    cat(set, what, paste(c(rbind(m$index.treated, m$index.control)), collapse = " "), number(c(m$est, m$se)), "\n", sep = ",")
  }
  quiet <- function(expression) suppressWarnings(expression)
  show("again", quiet(Match(Y = d$y, Tr = d$treat, X = d$s, M = 1)))
  show("three", quiet(Match(Y = d$y, Tr = d$treat, X = d$s, M = 3, distance.tolerance = 0)))
  show("like", quiet(Match(Y = d$y, Tr = d$treat, X = d$s, M = 1, Var.calc = 1, distance.tolerance = 0)))
  show("near", quiet(Match(Y = d$y, Tr = d$treat, X = d$s, M = 1, caliper = 0.2, distance.tolerance = 0)))
}
