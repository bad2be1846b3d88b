-- Has a person for whom vaccination against hepatitis B applies completed the course?
--
-- Initial outcome "health and wellbeing". One answer for every spell of treatment.
-- Asked of whoever got a dose or completed the course during the spell; whoever completed it before is immune already and
-- is not in the denominator. Achieved on the day of the first completion in the spell.
--
-- grain: outcome
-- unit: person
-- reads: spells, events
-- persons: one by one
-- parameter: against, text, hepatitis-b: what `detail` of the event says
-- evidenced: provider
-- source: national outcome 3.3 of the drug and alcohol recovery pilots, 2012; who is asked is ours
WITH treatment AS (
    SELECT spell, person, provider, started_on, ended_on, sent_by
    FROM spells
    WHERE kind = 'treatment'
),
course AS (
    SELECT t.spell, e.kind, e.occurred_on, e.sent_by, concat('events:', e.event) AS identity,
           e.occurred_on < t.started_on AS earlier,
           row_number() OVER (PARTITION BY t.spell, e.kind, e.occurred_on < t.started_on
                              ORDER BY e.occurred_on, e.event) AS nth
    FROM treatment t
    JOIN events e ON e.person = t.person
    WHERE e.kind IN ('vaccination', 'vaccination-complete') AND e.detail = $against AND e.occurred_on <= $as_of
      AND (t.ended_on IS NULL OR e.occurred_on <= t.ended_on)
),
dose AS (
    SELECT spell, identity FROM course WHERE kind = 'vaccination' AND NOT earlier AND nth = 1
),
complete AS (
    SELECT spell, occurred_on, sent_by, identity FROM course WHERE kind = 'vaccination-complete' AND NOT earlier AND nth = 1
),
immune AS (
    SELECT spell, identity FROM course WHERE kind = 'vaccination-complete' AND earlier AND nth = 1
)
SELECT t.person, t.provider, t.spell AS occurrence,
       CASE
           WHEN m.spell IS NOT NULL OR (d.spell IS NULL AND c.spell IS NULL) THEN 'not-eligible'
           WHEN c.spell IS NOT NULL THEN 'achieved'
           WHEN t.ended_on IS NULL OR t.ended_on > $as_of THEN 'pending'
           ELSE 'not-achieved'
       END AS standing,
       CASE WHEN m.spell IS NULL THEN c.occurred_on END AS occurred_on,
       concat_ws(' ', concat('spells:', t.spell), coalesce(m.identity, c.identity, d.identity)) AS evidence,
       CASE
           WHEN m.spell IS NOT NULL THEN 'the course was completed before'
           WHEN d.spell IS NULL AND c.spell IS NULL THEN 'no vaccination is recorded'
           WHEN c.spell IS NULL AND t.ended_on <= $as_of THEN 'the course was begun and not completed'
       END AS reason,
       coalesce(c.sent_by, t.sent_by) AS sent_by
FROM treatment t
LEFT JOIN dose d ON d.spell = t.spell
LEFT JOIN complete c ON c.spell = t.spell
LEFT JOIN immune m ON m.spell = t.spell
