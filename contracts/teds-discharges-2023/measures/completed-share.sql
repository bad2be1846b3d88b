-- What share of the discharges of a year were completions?
--
-- Completed treatments over all discharges of the settlement period; transfers, deaths and prison count as discharges.
--
-- grain: ratio
-- unit: percent
-- reads: discharges
-- numerator: discharges of the period: completed treatment
-- denominator: discharges of the period: all
-- evidenced: provider
-- source: reasons for discharge as SAMHSA's Treatment Episode Data Set codes them
SELECT d.provider, p.period_from, p.period_until,
       sum(CASE WHEN d.reason = 'completed' THEN 1 ELSE 0 END) AS numerator, count(*) AS denominator
FROM discharges d
JOIN periods p ON d.discharged_on >= p.period_from AND d.discharged_on < p.period_until
WHERE d.discharged_on <= $as_of
GROUP BY d.provider, p.period_from, p.period_until
