-- How likely was each person to reoffend, by the score at the start?
--
-- grain: quantity
-- unit: probability
-- reads: assessments
-- source: ours
SELECT person, provider, assessed_on AS period_from, assessed_on + INTERVAL 1 DAY AS period_until, score / 100.0 AS quantity
FROM assessments
WHERE assessed_on <= $as_of
