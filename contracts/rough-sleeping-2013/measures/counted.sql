-- How many people slept rough in the area, on the night of the year on which they were counted?
--
-- One cohort for each area and year, from the first year that is asked about. What would have happened anyway is the contract's path.
--
-- grain: cohort
-- unit: count
-- reads: counts
-- parameter: since, date: the first day of the first year
-- source: official autumn counts and estimates of rough sleeping in England
SELECT concat('autumn-', CAST(date_part('year', period_from) AS VARCHAR)) AS cohort, provider, period_from, period_until,
       CAST(concat(CAST(date_part('year', period_from) AS VARCHAR), '-12-01') AS DATE) AS reported_on,
       number AS people, 0 AS counterfactual, number AS actual, 'count' AS unit,
       'one night in autumn, counted or estimated' AS method,
       '70fa3f5e03da169a0b0c539ebfb2f39dfc6c5a3c5dd15d3b984c9722c03bf436' AS method_hash
FROM counts
WHERE what = 'rough-sleepers' AND period_from >= $since
