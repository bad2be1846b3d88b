-- How often did those reoffend who did?
--
-- Every estimate of this name reported by now, as it was reported: the table's `method` begins with the name.
--
-- grain: cohort
-- unit: as reported
-- reads: estimates
-- source: ours
SELECT cohort, provider, period_from, period_until, reported_on, people, counterfactual, actual, unit, method, method_hash
FROM estimates
WHERE reported_on <= $as_of AND starts_with(method, 'frequency')
