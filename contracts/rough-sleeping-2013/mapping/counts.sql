-- London, and the rest of England. Ours: a count becomes known on 1 December of its year.
WITH area AS (
    SELECT CASE local_authority WHEN 'London' THEN 'london' ELSE 'rest-of-england' END AS provider, published.*
    FROM published
    WHERE local_authority IN ('London', 'Rest of England') AND ons_code IS NULL
),
counted AS (
    SELECT provider, 2010 AS counted_in, _2010 AS people FROM area
    UNION ALL
    SELECT provider, 2011 AS counted_in, _2011 AS people FROM area
    UNION ALL
    SELECT provider, 2012 AS counted_in, _2012 AS people FROM area
    UNION ALL
    SELECT provider, 2013 AS counted_in, _2013 AS people FROM area
    UNION ALL
    SELECT provider, 2014 AS counted_in, _2014 AS people FROM area
    UNION ALL
    SELECT provider, 2015 AS counted_in, _2015 AS people FROM area
    UNION ALL
    SELECT provider, 2016 AS counted_in, _2016 AS people FROM area
)
SELECT concat(provider, '-', CAST(counted_in AS VARCHAR)) AS count, provider, 'rough-sleepers' AS what,
       CAST(concat(CAST(counted_in AS VARCHAR), '-01-01') AS DATE) AS period_from,
       CAST(concat(CAST(counted_in + 1 AS VARCHAR), '-01-01') AS DATE) AS period_until,
       people AS number, 'ministry' AS sent_by,
       CAST(concat(CAST(counted_in AS VARCHAR), '-12-01') AS DATE) AS known_at
FROM counted
