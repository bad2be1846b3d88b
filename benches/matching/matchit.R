# Matches the people of a folder with MatchIt, says how long it took and whether the pairs are the same.
# Arguments: the folder, the ratio, and whether to fit the score as well (fit).
arguments <- commandArgs(trailingOnly = TRUE)
if (!requireNamespace("MatchIt", quietly = TRUE)) {
  cat("skipped: there is no MatchIt\n")
  quit()
}
suppressMessages(library(MatchIt))
people <- read.csv(file.path(arguments[1], "people.csv"))
ratio <- as.integer(arguments[2])
took <- system.time(m <- matchit(treat ~ x1 + x2 + x3 + x4, people, distance = people$score, ratio = ratio))
cat(sprintf("MatchIt %s,score given,%.4f\n", packageVersion("MatchIt"), took[["elapsed"]]))
who <- m$match.matrix
theirs <- data.frame(treated = rep(as.integer(rownames(who)), ncol(who)), comparison = as.integer(who))
theirs <- theirs[!is.na(theirs$comparison), ]
ours <- read.csv(file.path(arguments[1], "pairs.csv"))
sorted <- function(pairs) sort(paste(pairs$treated, pairs$comparison))
same <- length(intersect(sorted(ours), sorted(theirs)))
cat(sprintf("pairs: %d here, %d there, %d the same\n", nrow(ours), nrow(theirs), same))
if (length(arguments) > 2) {
  took <- system.time(matchit(treat ~ x1 + x2 + x3 + x4, people, ratio = ratio))
  cat(sprintf("MatchIt %s,score fitted,%.4f\n", packageVersion("MatchIt"), took[["elapsed"]]))
}
