# Exact tests and intervals of counts, agreement, and adjusted p-values. Columns: set, a, n, b, m, s, t.
data <- read.csv(commandArgs(TRUE)[1])
say <- function(set, name, value) cat(sprintf("%d,%s,%.17g\n", set, name, value), sep = "")
for (i in seq_len(nrow(data))) with(data[i, ], {
  table <- matrix(c(a, b, n - a, m - b), 2)
  say(set, "fisher", fisher.test(table)$p.value)
  say(set, "fewer", fisher.test(table, alternative = "less")$p.value)
  say(set, "more", fisher.test(table, alternative = "greater")$p.value)
  interval <- binom.test(a, n)$conf.int
  say(set, "cp_low", interval[1]); say(set, "cp_high", interval[2])
  interval <- prop.test(a, n, correct = FALSE)$conf.int
  say(set, "wilson_low", interval[1]); say(set, "wilson_high", interval[2])
  say(set, "binom", binom.test(a, n, 0.3)$p.value)
  if (a + b > 0) {
    rates <- poisson.test(c(a, b), c(s, t))
    say(set, "rates", rates$p.value); say(set, "rates_low", rates$conf.int[1]); say(set, "rates_high", rates$conf.int[2])
  }
  rate <- poisson.test(a, s)$conf.int
  say(set, "rate_low", rate[1]); say(set, "rate_high", rate[2])
  if (a + b > 0) {
    say(set, "mcnemar", mcnemar.test(matrix(c(5, a, b, 7), 2))$p.value)
    say(set, "mcnemar_exact", binom.test(a, a + b)$p.value)
  }
})
p <- data$a / data$n
say(0, sprintf("bh%d", seq_along(p)), p.adjust(p, "BH"))
say(0, sprintf("by%d", seq_along(p)), p.adjust(p, "BY"))
say(0, sprintf("holm%d", seq_along(p)), p.adjust(p, "holm"))
