-- What share of its places did the provider use?
--
-- Places used over places kept, summed over the rows of `capacity` whose first day lies in the settlement period. A provider
-- that sent no figures for a period has no reading for it, which is not a reading of zero.
--
-- grain: ratio
-- unit: percent
-- reads: capacity
-- numerator: places kept in the period: used
-- denominator: places kept in the period: all
-- evidenced: provider
-- source: Delaware outpatient contracts, 2002
SELECT c.provider, p.period_from, p.period_until,
       sum(c.occupied) AS numerator,
       sum(c.places) AS denominator,
       string_agg(concat('capacity:', c.provider, '/', CAST(c.period_from AS VARCHAR)), ' ' ORDER BY c.period_from)
           AS evidence
FROM periods p
JOIN capacity c ON c.period_from >= p.period_from AND c.period_from < p.period_until
GROUP BY c.provider, p.period_from, p.period_until
