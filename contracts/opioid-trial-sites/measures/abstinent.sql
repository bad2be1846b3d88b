-- Was every urine test of several weeks in a row free of opioids?
--
-- One answer for every spell of treatment with a schedule of weekly tests. Week 1 begins on the day of randomisation. A week
-- is negative when a test was kept in it and none held an opioid, methadone or buprenorphine. A week without a test is not
-- known to be negative, nor to be positive: it breaks the row. Achieved on the day after the last week needed.
--
-- grain: outcome
-- unit: person
-- reads: spells, events, schedules
-- persons: one by one
-- parameter: weeks, count, 3: how many negative weeks in a row are needed
-- source: Kosten and others, 1993: three consecutive weeks of opioid-negative urine, missing not imputed
WITH test AS (
    SELECT s.spell, e.event, e.occurred_on, e.quantity,
           CAST((CAST(e.occurred_on AS INT) - CAST(s.starts_on AS INT)) / 7 AS INT) + 1 AS week
    FROM schedules s
    JOIN events e ON e.person = s.person AND e.provider = s.provider
    WHERE e.kind = 'urine-test' AND e.quantity IS NOT NULL
      AND e.occurred_on >= s.starts_on AND e.occurred_on < s.ends_on AND e.occurred_on <= $as_of
),
negative AS (
    SELECT spell, week, week - row_number() OVER (PARTITION BY spell ORDER BY week) AS run
    FROM (SELECT spell, week, max(quantity) AS found FROM test GROUP BY spell, week) AS tested
    WHERE found = 0
),
placed AS (
    SELECT spell, week, row_number() OVER (PARTITION BY spell, run ORDER BY week) AS place
    FROM negative
),
longest AS (SELECT spell, max(place) AS weeks FROM placed GROUP BY spell),
-- The first row that is long enough; a week still under way does not count.
reached AS (
    SELECT p.spell, min(p.week) AS week
    FROM placed p
    JOIN schedules s ON s.spell = p.spell
    WHERE p.place = $weeks AND CAST(s.starts_on AS INT) + 7 * p.week <= CAST($as_of AS INT) + 1
    GROUP BY p.spell
),
shown AS (
    SELECT r.spell, string_agg(concat('events:', t.event), ' ' ORDER BY t.occurred_on, t.event) AS evidence
    FROM reached r
    JOIN test t ON t.spell = r.spell
    WHERE t.week <= r.week AND t.week > r.week - $weeks
    GROUP BY r.spell
)
SELECT t.person, t.provider, t.spell AS occurrence,
       CASE
           WHEN r.spell IS NOT NULL THEN 'achieved'
           WHEN t.ended_on IS NULL OR t.ended_on > $as_of THEN 'pending'
           ELSE 'not-achieved'
       END AS standing,
       CAST(CAST(CAST(s.starts_on AS INT) + 7 * r.week AS INT) AS DATE) AS occurred_on,
       coalesce(h.evidence, concat('schedules:', t.spell)) AS evidence,
       CASE
           WHEN r.spell IS NULL AND t.ended_on <= $as_of
               THEN concat(CAST(coalesce(l.weeks, 0) AS VARCHAR), ' negative weeks in a row at most')
       END AS reason,
       t.sent_by
FROM spells t
JOIN schedules s ON s.spell = t.spell
LEFT JOIN reached r ON r.spell = t.spell
LEFT JOIN shown h ON h.spell = t.spell
LEFT JOIN longest l ON l.spell = t.spell
WHERE t.kind = 'treatment'
