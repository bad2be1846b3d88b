-- A spell of treatment for everyone who was randomised. It starts on the day of the (first) randomisation and ends on the
-- day after the last visit kept within the person's schedule. Ours: the start is known on the next day, the end
-- when nothing has been heard for 28 days. The data do not say why treatment ended, so that no reason is given.
WITH enrolled AS (
    SELECT s.who, s.site_masked, e.project,
           CAST(DATE '2010-01-04' AS INT)
               + 7 * (row_number() OVER (PARTITION BY s.site_masked ORDER BY CAST(s.who AS INT)) - 1) AS day_zero
    FROM site_masked s
    JOIN everybody e ON e.who = s.who
),
first AS (SELECT who, CAST("when" AS INT) AS day FROM randomization WHERE which = '1' AND "when" IS NOT NULL),
second AS (SELECT who, CAST("when" AS INT) AS day FROM randomization WHERE which = '2' AND "when" IS NOT NULL),
planned AS (
    SELECT e.who, e.site_masked, e.day_zero, f.day AS starts,
           CASE WHEN e.project = '27' THEN 168 ELSE coalesce(s.day + 168, f.day + 98) END AS ends
    FROM enrolled e
    JOIN first f ON f.who = e.who
    LEFT JOIN second s ON s.who = e.who
),
contact AS (
    SELECT who, CAST("when" AS INT) AS day FROM visit WHERE what IN ('visit', 'final') AND "when" IS NOT NULL
),
last AS (
    SELECT p.who, max(c.day) AS day
    FROM planned p
    JOIN contact c ON c.who = p.who AND c.day >= p.starts AND c.day <= p.ends
    GROUP BY p.who
),
spell AS (
    SELECT p.who, p.site_masked, p.day_zero + p.starts AS started, p.day_zero + coalesce(l.day, p.starts) + 1 AS ended
    FROM planned p
    LEFT JOIN last l ON l.who = p.who
),
told AS (
    SELECT who, site_masked, started, NULL AS ended, started + 1 AS known FROM spell
    UNION ALL
    SELECT who, site_masked, started, ended, ended + 28 AS known FROM spell
)
SELECT concat('ctn-', who) AS spell, concat('ctn-', who) AS person, concat('site-', site_masked) AS provider, 'treatment' AS kind,
       CAST(CAST(started AS INT) AS DATE) AS started_on,
       CAST(CAST(ended AS INT) AS DATE) AS ended_on,
       'OPIUSE' AS problem1,
       concat('site-', site_masked) AS sent_by,
       CAST(CAST(known AS INT) AS DATE) AS known_at
FROM told
