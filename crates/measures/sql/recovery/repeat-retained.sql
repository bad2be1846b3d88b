-- Did someone who had come back often stay in treatment this long?
--
-- One answer for every spell of treatment of the modality, when one is named. Asked of people with at least `earlier` earlier
-- spells of treatment that began before it, of the same modality where one is named. Achieved on the day this long
-- after the first, when the spell did not end before that day.
--
-- grain: outcome
-- unit: person
-- reads: spells
-- persons: one by one
-- parameter: earlier, count, 3: how many earlier spells make someone a person who comes back often
-- parameter: after, length, 12 weeks: how long treatment has to last
-- parameter: modality, text, any: the code of the modality, or any
-- evidenced: provider
-- source: the bonus for repeat detoxification patients retained in treatment, Delaware 2007; how long is ours
WITH treatment AS (
    SELECT spell, person, provider, started_on, ended_on, sent_by, modality
    FROM spells
    WHERE kind = 'treatment' AND started_on <= $as_of
),
before AS (
    SELECT t.spell, count(*) AS spells
    FROM treatment t
    JOIN treatment o ON o.person = t.person
    WHERE o.spell <> t.spell AND o.started_on < t.started_on
      AND ($modality = 'any' OR o.modality = $modality)
    GROUP BY t.spell
)
SELECT t.person, t.provider, t.spell AS occurrence,
       CASE
           WHEN b.spells IS NULL OR b.spells < $earlier THEN 'not-eligible'
           WHEN t.ended_on < t.started_on + $after AND t.ended_on <= $as_of THEN 'not-achieved'
           WHEN $as_of < t.started_on + $after THEN 'pending'
           ELSE 'achieved'
       END AS standing,
       CASE
           WHEN b.spells >= $earlier AND $as_of >= t.started_on + $after
                AND (t.ended_on IS NULL OR t.ended_on >= t.started_on + $after)
               THEN CAST(t.started_on + $after AS DATE)
       END AS occurred_on,
       concat('spells:', t.spell) AS evidence,
       CASE
           WHEN b.spells IS NULL OR b.spells < $earlier
               THEN concat('came ', CAST(coalesce(b.spells, 0) AS VARCHAR), ' times before')
           WHEN t.ended_on < t.started_on + $after AND t.ended_on <= $as_of
               THEN concat('left on ', CAST(t.ended_on AS VARCHAR))
       END AS reason,
       t.sent_by
FROM treatment t
LEFT JOIN before b ON b.spell = t.spell
