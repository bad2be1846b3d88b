# Two teaching data sets: days absent from school (MASS, quine) and the panel of Petersen (2009) (sandwich, PetersenCL).
# Answers are named column:row; categories are numbered in the order of their levels.
data(quine, package = "MASS"); data(PetersenCL, package = "sandwich")
for (set in 1:2) {
  table <- list(quine, PetersenCL)[[set]]
  for (column in names(table)) cat(sprintf("%d,%s:%d,%.17g\n", set, column, seq_len(nrow(table)), as.numeric(table[[column]])), sep = "")
}
