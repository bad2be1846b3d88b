-- What did the estimates that were sent say of each cohort?
--
-- Every estimate reported by now, as it was reported. How the comparison was made is named and hashed, so that it cannot
-- change unnoticed.
--
-- grain: cohort
-- unit: as reported
-- reads: estimates
-- source: ours, for the effect terms of Peterborough, 2010, and Doncaster, 2011
SELECT cohort, provider, period_from, period_until, reported_on, people, counterfactual, actual, unit, method, method_hash
FROM estimates
WHERE reported_on <= $as_of
