-- Ours: the band of need. `complex` when any urine up to the day of randomisation held cocaine, an amphetamine or a
-- benzodiazepine beside or instead of opioids; `standard` when urine was tested and held none of these. Nobody without
-- a test up to that day is given a band.
WITH enrolled AS (
    SELECT s.who, s.site_masked,
           CAST(DATE '2010-01-04' AS INT)
               + 7 * (row_number() OVER (PARTITION BY s.site_masked ORDER BY CAST(s.who AS INT)) - 1) AS day_zero
    FROM site_masked s
    JOIN everybody e ON e.who = s.who
),
first AS (SELECT who, CAST("when" AS INT) AS day FROM randomization WHERE which = '1' AND "when" IS NOT NULL),
tested AS (
    SELECT who, CAST("when" AS INT) AS day, CASE WHEN what IN ('Cocaine', 'Amphetamine', 'Benzodiazepine') THEN 1 ELSE 0 END AS other
    FROM uds
    UNION ALL
    SELECT who, CAST("when" AS INT) AS day, 0 AS other
    FROM visit
    WHERE what IN ('visit', 'final') AND "when" IS NOT NULL
),
baseline AS (
    SELECT f.who, f.day, max(t.other) AS other
    FROM first f
    JOIN tested t ON t.who = f.who AND t.day <= f.day
    GROUP BY f.who, f.day
)
SELECT concat('ctn-', b.who) AS assessment, concat('ctn-', b.who) AS person, 'trial-monitor' AS assessor,
       CAST(CAST(e.day_zero + b.day AS INT) AS DATE) AS assessed_on,
       CASE b.other WHEN 1 THEN 'complex' ELSE 'standard' END AS band,
       CAST(CAST(e.day_zero + b.day AS INT) AS DATE) AS effective_from,
       'confirmed' AS standing,
       'trial-monitor' AS sent_by,
       CAST(CAST(e.day_zero + b.day + 1 AS INT) AS DATE) AS known_at
FROM baseline b
JOIN enrolled e ON e.who = b.who
