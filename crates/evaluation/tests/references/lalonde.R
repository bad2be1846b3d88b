# Prints the people of the job programme and its survey comparison, as two packages hold them.
package <- commandArgs(trailingOnly = TRUE)[1]
if (!requireNamespace(package, quietly = TRUE)) quit(status = 77)
suppressMessages(library(package, character.only = TRUE))
data(lalonde, package = package)
lalonde[] <- lapply(lalonde, function(column) if (is.factor(column)) as.character(column) else column)
write.csv(format(lalonde, digits = 17, trim = TRUE), quote = FALSE, row.names = FALSE)
