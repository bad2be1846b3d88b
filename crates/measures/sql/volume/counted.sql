-- How many of these were counted?
--
-- The numbers of `counts` for what is named, by provider, days and, where the count has it, person. A provider of whom nothing
-- was counted has no reading, which is not a reading of zero: a count of none is a row with the number 0.
--
-- grain:     quantity
-- unit:      count
-- reads:     counts
-- parameter: what, text: what is counted, as the table names it
-- source:    ours
SELECT c.person, c.provider, c.period_from, c.period_until, sum(c.number) AS quantity,
       string_agg(concat('counts:', c.count), ' ' ORDER BY c.count) AS evidence
FROM counts c
WHERE c.what = $what
GROUP BY c.person, c.provider, c.period_from, c.period_until
