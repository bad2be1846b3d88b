# A difference in differences with areas of their own by lme4, at one and at nine points, on every data set: columns set,
# with, of, area, pilot, after.
suppressPackageStartupMessages(library(lme4))
rows <- read.csv(commandArgs(TRUE)[1])
for (set in split(rows, rows$set)) for (points in c(1, 9)) {
  fit <- suppressMessages(suppressWarnings(glmer(cbind(with, of - with) ~ pilot * after + (1 | area), data = set,
                                                 family = binomial, nAGQ = points)))
  row <- coef(summary(fit))["pilot:after", ]
  cat(sprintf("%d,%s %d,%.17g\n", set$set[1], c("value", "se"), points, row[1:2]), sep = "")
}
