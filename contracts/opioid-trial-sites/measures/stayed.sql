-- Did the person stay to the end of the schedule, without dropping out?
--
-- One answer for every spell of treatment with a schedule of weekly tests: `dropped-out` the other way round. Achieved on
-- the day after the schedule's last, when there was never that many weeks in a row without a test.
--
-- grain: outcome
-- unit: person
-- reads: spells, events, schedules
-- persons: one by one
-- parameter: weeks, count, 4: how many weeks in a row without a test are dropping out
-- evidenced: provider
-- source: retention of CTN-0027 as published (Saxon and others, 2013), by the dropout of the harmonised trials CTN-0094
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
           WHEN l.spell IS NOT NULL THEN 'not-achieved'
           WHEN p.over THEN 'achieved'
           ELSE 'pending'
       END AS standing,
       CASE WHEN l.spell IS NULL AND p.over THEN p.ends_on END AS occurred_on,
       concat('schedules:', t.spell) AS evidence,
       CASE WHEN l.spell IS NOT NULL THEN concat('no test for ', CAST($weeks AS VARCHAR), ' weeks after week ', CAST(l.before AS VARCHAR)) END AS reason,
       t.sent_by
FROM spells t
JOIN planned p ON p.spell = t.spell
LEFT JOIN lost l ON l.spell = t.spell
WHERE t.kind = 'treatment'
