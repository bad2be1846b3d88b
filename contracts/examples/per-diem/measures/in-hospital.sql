-- From when until when was the person in hospital?
--
-- grain: outcome
-- unit: stretch
-- reads: events
-- persons: one by one
-- source: ours
SELECT person, coalesce(provider, sent_by) AS provider, event AS occurrence, 'achieved' AS standing,
       occurred_on, CASE WHEN until_on <= $as_of THEN until_on END AS until_on, concat('events:', event) AS evidence, sent_by
FROM events
WHERE kind = 'admission' AND occurred_on <= $as_of
