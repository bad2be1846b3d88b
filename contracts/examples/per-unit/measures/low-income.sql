-- What share of the people counted lives in a low-income area?
--
-- grain:  ratio
-- unit:   percent
-- reads:  counts
-- numerator: people who started in the period: those from low-income areas
-- denominator: people who started in the period: all
-- source: ours
SELECT c.provider, c.period_from, c.period_until,
       sum(CASE WHEN c.what = 'from-low-income-area' THEN c.number ELSE 0 END) AS numerator,
       sum(CASE WHEN c.what = 'started' THEN c.number ELSE 0 END) AS denominator
FROM counts c
GROUP BY c.provider, c.period_from, c.period_until
