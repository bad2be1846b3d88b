-- Did the person, after release, commit no offence that was proven?
--
-- One answer for every release: the end of a spell of custody, or an event of that kind where no such spell is recorded.
-- A reoffence is an offence in the window after release (half-open) that ended in a conviction or caution within the window
-- and a further `lag`. Achieved, that is free of reoffending, on the first day after both. Death, custody or moving away in
-- the window ends the follow-up, unless the person reoffended before: then `occurred_on` is the day of the event,
-- `until_on` the day the follow-up would have been over and `reason` a reoffence between the two; the contract says what
-- then happens. Nothing is said before the window and the lag are over, unless a reoffence is proven.
--
-- grain: outcome
-- unit: person
-- reads: spells, events
-- persons: one by one
-- parameter: within, length, 12 months: how long after release an offence counts
-- parameter: lag, length, 6 months: how much longer courts have to conclude
-- follow-up: within
-- source: proven reoffending statistics of England and Wales: 12 months and a further 6
WITH release AS (
    SELECT concat('spells:', spell) AS identity, spell AS occurrence, person, provider, ended_on AS released_on, sent_by
    FROM spells
    WHERE kind = 'custody' AND ended_on <= $as_of
    UNION ALL
    SELECT concat('events:', e.event) AS identity, e.event AS occurrence, e.person, e.provider,
           e.occurred_on AS released_on, e.sent_by
    FROM events e
    WHERE e.kind = 'release' AND e.provider IS NOT NULL AND e.occurred_on <= $as_of
      AND NOT EXISTS (SELECT 1 FROM spells s
                      WHERE s.person = e.person AND s.kind = 'custody' AND s.ended_on = e.occurred_on)
),
followed AS (
    SELECT identity, occurrence, person, provider, released_on, sent_by,
           CAST(released_on + $within AS DATE) AS window_until, CAST(released_on + $within + $lag AS DATE) AS settled_on
    FROM release
),
-- Offences that were proven, and the day from which that is settled: the offence's own where none is recorded.
proven AS (
    SELECT e.event, e.person, e.occurred_on, coalesce(e.concluded_on, e.occurred_on) AS concluded_on
    FROM events e
    JOIN codes_offence_outcome c ON c.code = e.outcome
    WHERE e.kind = 'offence' AND c.class = 'proven'
),
reoffence AS (
    SELECT f.identity, p.occurred_on, concat('events:', p.event) AS event,
           row_number() OVER (PARTITION BY f.identity ORDER BY p.occurred_on, p.event) AS nth
    FROM followed f
    JOIN proven p ON p.person = f.person
    WHERE p.occurred_on >= f.released_on AND p.occurred_on < f.window_until AND p.concluded_on < f.settled_on
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
    SELECT w.identity, l.kind, l.identity AS event, greatest(l.from_on, w.released_on) AS ended_on,
           row_number() OVER (PARTITION BY w.identity ORDER BY l.from_on, l.kind, l.identity) AS nth
    FROM followed w
    JOIN life l ON l.person = w.person
    WHERE l.from_on < w.window_until AND (l.until_on IS NULL OR l.until_on > w.released_on)
      AND l.from_on <= $as_of AND l.identity <> w.identity
),
-- What came first: the reoffence or the interruption.
outcome AS (
    SELECT f.identity, f.occurrence, f.person, f.provider, f.settled_on, f.sent_by,
           r.occurred_on AS reoffended_on, r.event AS reoffence, i.kind AS ended_by, i.ended_on, i.event AS end_event,
           i.identity IS NOT NULL AND (r.identity IS NULL OR r.occurred_on > i.ended_on) AS ended
    FROM followed f
    LEFT JOIN reoffence r ON r.identity = f.identity AND r.nth = 1
    LEFT JOIN interrupted i ON i.identity = f.identity AND i.nth = 1
)
SELECT person, provider, occurrence,
       CASE
           WHEN reoffended_on IS NOT NULL AND NOT ended THEN 'not-achieved'
           WHEN $as_of < settled_on THEN 'pending'
           WHEN ended THEN 'ended'
           ELSE 'achieved'
       END AS standing,
       CASE
           WHEN $as_of < settled_on THEN NULL
           WHEN ended THEN ended_on
           WHEN reoffended_on IS NULL THEN settled_on
       END AS occurred_on,
       CASE WHEN ended AND $as_of >= settled_on THEN settled_on END AS until_on,
       concat_ws(' ', identity, CASE WHEN ended THEN end_event END, reoffence) AS evidence,
       CASE
           WHEN reoffended_on IS NOT NULL AND (NOT ended OR $as_of >= settled_on)
               THEN concat('reoffended on ', CAST(reoffended_on AS VARCHAR))
       END AS reason,
       CASE WHEN ended AND $as_of >= settled_on THEN ended_by END AS ended_by,
       sent_by
FROM outcome
