-- Did the person miss several weekly urine tests in a row?
--
-- One answer for every spell of treatment with a schedule of weekly tests. Week 1 begins on the day of randomisation.
-- Achieved, that is lost to treatment, on the day after the last of these weeks; a shorter last week of the schedule counts
-- as one. A positive test is no dropping out.
--
-- grain: outcome
-- unit: person
-- reads: spells, events, schedules
-- persons: one by one
-- parameter: weeks, count, 4: how many weeks in a row without a test
-- source: time to study dropout of the harmonised trials CTN-0094, 2023: four consecutive weeks of missing urine
WITH planned AS (
    SELECT spell, person, provider, starts_on, ends_on,
           CAST((CAST(ends_on AS INT) - CAST(starts_on AS INT) + 6) / 7 AS INT) AS weeks,
           CAST((CAST($as_of AS INT) + 1 - CAST(starts_on AS INT)) / 7 AS INT) AS elapsed,
           ends_on <= $as_of AS over
    FROM schedules
    WHERE starts_on <= $as_of
),
test AS (
    SELECT DISTINCT p.spell, CAST((CAST(e.occurred_on AS INT) - CAST(p.starts_on AS INT)) / 7 AS INT) + 1 AS week
    FROM planned p
    JOIN events e ON e.person = p.person AND e.provider = p.provider
    WHERE e.kind = 'urine-test' AND e.quantity IS NOT NULL
      AND e.occurred_on >= p.starts_on AND e.occurred_on < p.ends_on AND e.occurred_on <= $as_of
),
-- The weeks with a test, between the start and the first week of which nothing is known yet.
kept AS (
    SELECT spell, 0 AS week FROM planned
    UNION ALL
    SELECT spell, week FROM test
    UNION ALL
    SELECT spell, CASE WHEN over THEN weeks ELSE least(elapsed, weeks) END + 1 AS week FROM planned
),
gap AS (
    SELECT spell, week, lag(week) OVER (PARTITION BY spell ORDER BY week) AS before
    FROM kept
),
lost AS (
    SELECT spell, min(before) AS before
    FROM gap
    WHERE week - before > $weeks
    GROUP BY spell
)
SELECT t.person, t.provider, t.spell AS occurrence,
       CASE
           WHEN l.spell IS NOT NULL THEN 'achieved'
           WHEN p.over THEN 'not-achieved'
           ELSE 'pending'
       END AS standing,
       CAST(CAST(CAST(p.starts_on AS INT) + 7 * (l.before + $weeks) AS INT) AS DATE) AS occurred_on,
       concat('schedules:', t.spell) AS evidence,
       CASE WHEN l.spell IS NULL AND p.over THEN 'never that many weeks in a row without a test' END AS reason,
       t.sent_by
FROM spells t
JOIN planned p ON p.spell = t.spell
LEFT JOIN lost l ON l.spell = t.spell
WHERE t.kind = 'treatment'
