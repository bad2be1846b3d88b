-- Was the patient treated for a hip fracture?
--
-- grain: outcome
-- unit: person
-- reads: events
-- persons: one by one
-- source: ours
SELECT person, coalesce(provider, sent_by) AS provider, event AS occurrence, 'achieved' AS standing, occurred_on,
       concat('events:', event) AS evidence, sent_by
FROM events
WHERE detail = 'treated' AND occurred_on <= $as_of
