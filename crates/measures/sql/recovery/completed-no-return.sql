-- Did the person leave treatment as planned, free of dependence, and not come back within the window?
--
-- Final outcome "free from dependence". One answer for every spell of treatment.
-- The window opens on the day the spell ended and is half-open: after an end on 30 June 2012 a return on 29 June 2013
-- lies in a window of 12 months, a return on 30 June 2013 does not. Coming back is another spell of treatment with any
-- provider, one that was running beside and went on, or being taken onto a drug intervention programme's caseload.
-- Achieved on the first day after the window. Death, custody or moving away inside it ends the follow-up, unless the
-- person came back before: then `occurred_on` is the day of the event, `until_on` the day the window would have closed and
-- `reason` a return between the two; the contract says what then happens.
--
-- grain: outcome
-- unit: person
-- reads: spells, events
-- persons: one by one
-- parameter: within, length, 12 months: how long the person has to stay away
-- follow-up: within
-- evidenced: provider
-- source: national outcome 1.4 of the drug and alcohol recovery pilots, 2012; Wigan used 6 months
WITH left_treatment AS (
    SELECT s.spell, s.person, s.ended_on, CAST(s.ended_on + $within AS DATE) AS window_until
    FROM spells s
    JOIN codes_discharge_reason c ON c.code = s.end_reason
    WHERE s.kind = 'treatment' AND s.ended_on <= $as_of AND c.class = 'success'
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
),
-- What can end a follow-up. A stretch that is still open has no last day; a death never has.
life AS (
    SELECT person, kind, occurred_on AS from_on, CASE WHEN kind <> 'death' THEN until_on END AS until_on,
           concat('events:', event) AS identity
    FROM events
    WHERE kind IN ('death', 'custody', 'moved-away')
    UNION ALL
    SELECT person, 'custody' AS kind, started_on AS from_on, ended_on AS until_on, concat('spells:', spell) AS identity
    FROM spells
    WHERE kind = 'custody'
),
-- The first of them that lies in the window, or begins before and reaches into it.
interrupted AS (
    SELECT w.spell, l.kind, l.identity, greatest(l.from_on, w.ended_on) AS ended_on,
           row_number() OVER (PARTITION BY w.spell ORDER BY l.from_on, l.kind, l.identity) AS nth
    FROM left_treatment w
    JOIN life l ON l.person = w.person
    WHERE l.from_on < w.window_until AND (l.until_on IS NULL OR l.until_on > w.ended_on)
      AND l.from_on <= $as_of
),
-- What came first: the return or the interruption.
outcome AS (
    SELECT w.spell, w.window_until, r.returned_on, r.identity AS return_identity, r.sent_by,
           i.kind AS ended_by, i.ended_on, i.identity AS end_identity,
           i.spell IS NOT NULL AND (r.spell IS NULL OR r.returned_on >= i.ended_on) AS ended
    FROM left_treatment w
    LEFT JOIN first_return r ON r.spell = w.spell AND r.nth = 1
    LEFT JOIN interrupted i ON i.spell = w.spell AND i.nth = 1
)
SELECT s.person, s.provider, s.spell AS occurrence,
       CASE
           WHEN s.ended_on IS NULL OR s.ended_on > $as_of THEN 'pending'
           WHEN o.spell IS NULL THEN 'not-achieved'
           WHEN o.ended THEN 'ended'
           WHEN o.returned_on IS NOT NULL THEN 'not-achieved'
           WHEN $as_of < o.window_until THEN 'pending'
           ELSE 'achieved'
       END AS standing,
       CASE
           WHEN o.ended THEN o.ended_on
           WHEN o.returned_on IS NULL AND $as_of >= o.window_until THEN o.window_until
       END AS occurred_on,
       CASE WHEN o.ended THEN o.window_until END AS until_on,
       concat_ws(' ', concat('spells:', s.spell), CASE WHEN o.ended THEN o.end_identity END, o.return_identity) AS evidence,
       CASE
           WHEN s.ended_on IS NULL OR s.ended_on > $as_of THEN NULL
           WHEN o.spell IS NULL AND s.end_reason IS NULL THEN 'no reason for leaving is recorded'
           WHEN o.spell IS NULL THEN concat('left for another reason: ', coalesce(c.label, s.end_reason))
           WHEN o.returned_on IS NOT NULL THEN concat('came back to treatment on ', CAST(o.returned_on AS VARCHAR))
       END AS reason,
       CASE WHEN o.ended THEN o.ended_by END AS ended_by,
       coalesce(o.sent_by, s.sent_by) AS sent_by
FROM spells s
LEFT JOIN codes_discharge_reason c ON c.code = s.end_reason
LEFT JOIN outcome o ON o.spell = s.spell
WHERE s.kind = 'treatment'
