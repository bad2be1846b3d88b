-- What share reached the standard?
--
-- The counts `reached` and `asked` of an indicator, by provider and days.
--
-- grain:       ratio
-- unit:        percent
-- reads:       counts
-- numerator:   people asked in the period: those who reached the standard
-- denominator: people asked in the period: all
-- parameter:   of, text: the indicator
-- source:      ours
SELECT c.provider, c.period_from, c.period_until,
       sum(CASE WHEN c.what = concat($of, ':reached') THEN c.number ELSE 0 END) AS numerator,
       sum(CASE WHEN c.what = concat($of, ':asked') THEN c.number ELSE 0 END) AS denominator
FROM counts c
WHERE c.what IN (concat($of, ':reached'), concat($of, ':asked'))
GROUP BY c.provider, c.period_from, c.period_until
