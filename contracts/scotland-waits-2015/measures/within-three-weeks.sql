-- What share of people waited no longer than three weeks from referral to treatment?
--
-- The share as it is published for the quarter, out of one. A quarter without a published share has no reading, which is neither 0% nor
-- the target met.
--
-- grain: ratio
-- unit: percent
-- reads: waits
-- numerator: people who began in the quarter: waited no longer than three weeks
-- denominator: people who began in the quarter: all
-- source: the drug and alcohol treatment standard of Scotland: 90% within three weeks
SELECT w.provider, p.period_from, p.period_until, w.share AS numerator, 1 AS denominator,
       concat('waits:', w.provider, ',', CAST(w.quarter_from AS VARCHAR)) AS evidence
FROM waits w
JOIN periods p ON w.quarter_from = p.period_from AND w.quarter_until = p.period_until
WHERE w.share IS NOT NULL
