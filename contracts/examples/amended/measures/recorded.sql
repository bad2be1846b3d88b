-- Is this result recorded for the person?
--
-- One answer for every event of the person whose detail names the result, on the day it happened.
--
-- grain: outcome
-- unit: person
-- reads: events
-- persons: one by one
-- parameter: result, text: which result
-- source: ours
SELECT e.person, e.provider, e.event AS occurrence, 'achieved' AS standing, e.occurred_on,
       concat('events:', e.event) AS evidence, e.sent_by
FROM events e
WHERE e.detail = $result AND e.occurred_on <= $as_of AND e.provider IS NOT NULL
