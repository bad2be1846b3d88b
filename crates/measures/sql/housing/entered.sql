-- Did the person move into accommodation?
--
-- One answer for every spell of accommodation, achieved on its first day. Accommodation that the code list classes as
-- unsettled does not count; where its kind is not recorded it does. How often entering is paid is the contract's limit.
--
-- grain: outcome
-- unit: person
-- reads: spells
-- persons: one by one
-- evidenced: provider
-- source: entry into accommodation of the entrenched rough sleepers programme, 2017
SELECT s.person, s.provider, s.spell AS occurrence,
       CASE
           WHEN s.started_on > $as_of THEN 'pending'
           WHEN c.class = 'unsettled' THEN 'not-achieved'
           ELSE 'achieved'
       END AS standing,
       CASE WHEN s.started_on <= $as_of AND (c.class IS NULL OR c.class <> 'unsettled') THEN s.started_on END AS occurred_on,
       concat('spells:', s.spell) AS evidence,
       CASE WHEN s.started_on <= $as_of AND c.class = 'unsettled' THEN concat('not settled: ', c.label) END AS reason,
       s.sent_by
FROM spells s
LEFT JOIN codes_accommodation c ON c.code = s.accommodation
WHERE s.kind = 'accommodation'
