-- Releases, and returns to prison.
-- Ours: the data give the fiscal year of the release alone, so that its last day (30 June) stands for the day. The days to the
-- return are counted from there. `detail` of a return is `new` (a new offence) or `technical` (a breach of conditions).
WITH released AS (
    SELECT "row", days_to_return, recidivism_type, concat('district-', substr(main_supervising_district, 1, 1)) AS provider,
           CAST(CAST(concat(fiscal_year_released, '-06-30') AS DATE) AS INT) AS day
    FROM release
    WHERE main_supervising_district IN ('1JD', '2JD', '3JD', '4JD', '5JD', '6JD', '7JD', '8JD')
),
happened AS (
    SELECT "row", provider, 'release' AS kind, day, NULL AS detail FROM released
    UNION ALL
    SELECT "row", provider, 'custody' AS kind, day + CAST(CAST(days_to_return AS DECIMAL(9,1)) AS INT) AS day,
           CASE recidivism_type WHEN 'New' THEN 'new' WHEN 'Tech' THEN 'technical' END AS detail
    FROM released
    WHERE days_to_return IS NOT NULL
)
SELECT concat(kind, '-', "row") AS event, concat('row-', "row") AS person, provider, kind,
       CAST(CAST(day AS INT) AS DATE) AS occurred_on, detail, 'department-of-corrections' AS sent_by,
       CAST(CAST(day + 1 AS INT) AS DATE) AS known_at
FROM happened
