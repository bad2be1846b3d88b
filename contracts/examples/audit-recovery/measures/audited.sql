-- How many of the outcomes looked at were wrong?
--
-- grain: ratio
-- unit: percent
-- reads: audits
-- source: ours
SELECT provider, period_from, period_until, wrong AS numerator, looked_at AS denominator, concat('audits:', audit) AS evidence
FROM audits
WHERE reported_on <= $as_of
