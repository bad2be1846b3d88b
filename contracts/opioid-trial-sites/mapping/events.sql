-- Urine tests, and days in custody.
-- A test is a kept visit, or a day on which an opioid, methadone or buprenorphine was found: `quantity` is then 1, and 0
-- where none of them was found at a kept visit. A day on which something else was found and no visit is noted is not taken
-- for a negative test. A week without a test has no row: it is missing, not negative.
-- Custody is a day on which a visit was noted as missed in jail; how long it lasted is not in the data.
-- Nobody in these two trials is noted as dead at a visit, and the one note of having moved away has no day.
WITH enrolled AS (
    SELECT s.who, s.site_masked,
           CAST(DATE '2010-01-04' AS INT)
               + 7 * (row_number() OVER (PARTITION BY s.site_masked ORDER BY CAST(s.who AS INT)) - 1) AS day_zero
    FROM site_masked s
    JOIN everybody e ON e.who = s.who
),
found AS (
    SELECT who, CAST("when" AS INT) AS day, 'urine-test' AS kind,
           1 AS quantity
    FROM uds
    WHERE what IN ('Opioid', 'Methadone', 'Buprenorphine')
),
kept AS (
    SELECT DISTINCT who, CAST("when" AS INT) AS day, 'urine-test' AS kind, 0 AS quantity
    FROM visit
    WHERE what IN ('visit', 'final') AND "when" IS NOT NULL
),
custody AS (
    SELECT DISTINCT who, CAST("when" AS INT) AS day, 'custody' AS kind
    FROM visit
    WHERE is_in_jail = '1' AND "when" IS NOT NULL
),
happened AS (
    SELECT who, day, kind, max(quantity) AS quantity
    FROM (SELECT who, day, kind, quantity FROM found UNION ALL SELECT who, day, kind, quantity FROM kept) AS test
    GROUP BY who, day, kind
    UNION ALL
    SELECT who, day, kind, NULL AS quantity FROM custody
)
SELECT concat(h.kind, '-', h.who, '-', CAST(h.day AS VARCHAR)) AS event,
       concat('ctn-', h.who) AS person, concat('site-', e.site_masked) AS provider, h.kind,
       CAST(CAST(e.day_zero + h.day AS INT) AS DATE) AS occurred_on,
       CASE h.kind WHEN 'custody' THEN CAST(CAST(e.day_zero + h.day + 1 AS INT) AS DATE) END AS until_on,
       h.quantity,
       concat('site-', e.site_masked) AS sent_by,
       CAST(CAST(e.day_zero + h.day + 1 AS INT) AS DATE) AS known_at
FROM happened h
JOIN enrolled e ON e.who = h.who
