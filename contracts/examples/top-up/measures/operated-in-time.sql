-- Was the patient operated on within 36 hours?
--
-- The detail of an event says what was done and in which stay: `operated-in-time of S1`.
--
-- grain: outcome
-- unit: person
-- reads: events
-- persons: one by one
-- source: ours
SELECT person, coalesce(provider, sent_by) AS provider, split_part(detail, ' of ', 2) AS occurrence, 'achieved' AS standing, occurred_on,
       concat('events:', event) AS evidence, sent_by
FROM events
WHERE split_part(detail, ' of ', 1) = 'operated-in-time' AND occurred_on <= $as_of
