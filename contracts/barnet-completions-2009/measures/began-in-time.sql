-- What share of first treatments began within three weeks?
--
-- First treatments begun within three weeks, out of all of them, as published: rounded to the nearest five.
--
-- grain: ratio
-- unit: percent
-- reads: figures
-- numerator: first treatments begun in the year: within three weeks
-- denominator: first treatments begun in the year: all
-- parameter: drugs, text, all: opiates, other-drugs, alcohol, other-drugs-and-alcohol or all
-- source: first waits, as England's national statistics count them
SELECT f.provider, p.period_from, p.period_until, f.waited_3_weeks AS numerator, f.waited_3_weeks + f.waited_longer AS denominator,
       concat('figures:', f.provider, ',', f.drugs, ',', CAST(f.year_from AS VARCHAR)) AS evidence
FROM figures f
JOIN periods p ON f.year_from = p.period_from AND f.year_until = p.period_until
WHERE f.drugs = $drugs AND f.waited_3_weeks + f.waited_longer > 0
