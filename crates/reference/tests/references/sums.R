# The sum of each data set.
data <- read.csv(commandArgs(TRUE)[1])
for (set in unique(data$set)) cat(sprintf("%d,sum,%.17g\n", set, sum(data$x[data$set == set])))
