-- The days on which a person's weekly urine tests were due: from the first randomisation to the end of their protocol.
-- CTN-0027: to day 168 after consent. CTN-0030: to day 98 after the first randomisation, and once a person is randomised a
-- second time, to day 168 after that, which becomes known then.
WITH enrolled AS (
    SELECT s.who, s.site_masked, e.project,
           CAST(DATE '2010-01-04' AS INT)
               + 7 * (row_number() OVER (PARTITION BY s.site_masked ORDER BY CAST(s.who AS INT)) - 1) AS day_zero
    FROM site_masked s
    JOIN everybody e ON e.who = s.who
),
first AS (SELECT who, treatment, CAST("when" AS INT) AS day FROM randomization WHERE which = '1' AND "when" IS NOT NULL),
second AS (SELECT who, CAST("when" AS INT) AS day FROM randomization WHERE which = '2' AND "when" IS NOT NULL),
planned AS (
    SELECT e.who, e.site_masked, e.day_zero, f.treatment, f.day AS starts,
           CASE e.project WHEN '27' THEN 168 ELSE f.day + 98 END AS ends, f.day AS known
    FROM enrolled e
    JOIN first f ON f.who = e.who
    UNION ALL
    SELECT e.who, e.site_masked, e.day_zero, f.treatment, f.day AS starts, s.day + 168 AS ends, s.day AS known
    FROM enrolled e
    JOIN first f ON f.who = e.who
    JOIN second s ON s.who = e.who
    WHERE e.project = '30'
)
SELECT concat('ctn-', who) AS spell, concat('ctn-', who) AS person, concat('site-', site_masked) AS provider, treatment AS arm,
       CAST(CAST(day_zero + starts AS INT) AS DATE) AS starts_on,
       CAST(CAST(day_zero + ends + 1 AS INT) AS DATE) AS ends_on,
       concat('site-', site_masked) AS sent_by,
       CAST(CAST(day_zero + known + 1 AS INT) AS DATE) AS known_at
FROM planned
