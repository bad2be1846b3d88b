-- Did the person come back to treatment within the window after leaving it?
--
-- The question behind `vests unless`: achieved is the bad news. One answer for every spell of treatment, however it ended.
-- The window opens on the day the spell ended and is half-open. Coming back is another spell of treatment with any
-- provider, one that was running beside and went on, or being taken onto a drug intervention programme's caseload.
-- Whoever dies or moves away does not come back, as far as is known.
--
-- grain: outcome
-- unit: person
-- reads: spells, events
-- persons: one by one
-- parameter: within, length, 12 months: how long after leaving a return counts
-- source: re-presentation as counted by the drug and alcohol recovery pilots, 2012
WITH left_treatment AS (
    SELECT spell, person, ended_on, CAST(ended_on + $within AS DATE) AS window_until
    FROM spells
    WHERE kind = 'treatment' AND ended_on <= $as_of
),
-- Treatment that began in the window, or was running beside this spell and went on; or being taken onto the caseload
-- of a drug intervention programme.
returned AS (
    SELECT w.spell, o.started_on AS returned_on, concat('spells:', o.spell) AS identity, o.sent_by
    FROM left_treatment w
    JOIN spells o ON o.person = w.person
    WHERE o.kind = 'treatment' AND o.spell <> w.spell AND o.started_on < w.window_until AND o.started_on <= $as_of
      AND (o.started_on >= w.ended_on OR o.ended_on IS NULL OR o.ended_on > w.ended_on)
    UNION ALL
    SELECT w.spell, e.occurred_on AS returned_on, concat('events:', e.event) AS identity, e.sent_by
    FROM left_treatment w
    JOIN events e ON e.person = w.person
    WHERE e.kind = 'justice-caseload' AND e.occurred_on >= w.ended_on AND e.occurred_on < w.window_until
      AND e.occurred_on <= $as_of
),
first_return AS (
    SELECT spell, returned_on, identity, sent_by,
           row_number() OVER (PARTITION BY spell ORDER BY returned_on, identity) AS nth
    FROM returned
)
SELECT s.person, s.provider, s.spell AS occurrence,
       CASE
           WHEN r.spell IS NOT NULL THEN 'achieved'
           WHEN w.spell IS NULL OR $as_of < w.window_until THEN 'pending'
           ELSE 'not-achieved'
       END AS standing,
       r.returned_on AS occurred_on,
       concat_ws(' ', concat('spells:', s.spell), r.identity) AS evidence,
       CASE WHEN r.spell IS NULL AND $as_of >= w.window_until THEN 'did not come back in the window' END AS reason,
       coalesce(r.sent_by, s.sent_by) AS sent_by
FROM spells s
LEFT JOIN left_treatment w ON w.spell = s.spell
LEFT JOIN first_return r ON r.spell = s.spell AND r.nth = 1
WHERE s.kind = 'treatment'
