-- Everyone who consented, known from the day after.
WITH enrolled AS (
    -- Ours: each site takes on one person a week from 2010-01-04, in the order of their keys.
    SELECT s.who, s.site_masked,
           CAST(DATE '2010-01-04' AS INT)
               + 7 * (row_number() OVER (PARTITION BY s.site_masked ORDER BY CAST(s.who AS INT)) - 1) AS day_zero
    FROM site_masked s
    JOIN everybody e ON e.who = s.who
)
SELECT concat('ctn-', e.who) AS person,
       CASE d.is_male WHEN 'Yes' THEN 'male' WHEN 'No' THEN 'female' END AS sex,
       concat('site-', e.site_masked) AS sent_by,
       CAST(CAST(e.day_zero + 1 AS INT) AS DATE) AS known_at
FROM enrolled e
LEFT JOIN demographics d ON d.who = e.who
