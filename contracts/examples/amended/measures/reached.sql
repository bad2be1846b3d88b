-- What share of those invited to coaching came?
--
-- grain: ratio
-- unit: percent
-- reads: counts
-- numerator: people invited in the period: came
-- denominator: people invited in the period: all
-- source: ours
SELECT c.provider, p.period_from, p.period_until,
       sum(CASE WHEN c.what = 'came' THEN c.number ELSE 0 END) AS numerator,
       sum(CASE WHEN c.what = 'invited' THEN c.number ELSE 0 END) AS denominator
FROM counts c
JOIN periods p ON c.period_from >= p.period_from AND c.period_from < p.period_until
GROUP BY c.provider, p.period_from, p.period_until
