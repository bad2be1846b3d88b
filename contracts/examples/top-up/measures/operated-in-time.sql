-- Was the patient operated on within 36 hours?
--
-- grain: outcome
-- unit: person
-- reads: events
-- persons: one by one
-- source: ours
SELECT person, coalesce(provider, sent_by) AS provider, event AS occurrence, 'achieved' AS standing, occurred_on,
       concat('events:', event) AS evidence, sent_by
FROM events
WHERE detail = 'operated-in-time' AND occurred_on <= $as_of
