-- Returns to prison. Ours: the data give the fiscal year of the release alone, so that its last day (30 June) stands for the
-- day. The days to the return are counted from there.
SELECT concat('custody-', "row") AS event, concat('row-', "row") AS person,
       concat('district-', substr(main_supervising_district, 1, 1)) AS provider, 'custody' AS kind,
       CAST(CAST(CAST(CAST(concat(fiscal_year_released, '-06-30') AS DATE) AS INT)
            + CAST(CAST(days_to_return AS DECIMAL(9,1)) AS INT) AS INT) AS DATE) AS occurred_on,
       CASE recidivism_type WHEN 'New' THEN 'new' WHEN 'Tech' THEN 'technical' END AS detail,
       'department-of-corrections' AS sent_by,
       CAST(CAST(CAST(CAST(concat(fiscal_year_released, '-06-30') AS DATE) AS INT)
            + CAST(CAST(days_to_return AS DECIMAL(9,1)) AS INT) + 1 AS INT) AS DATE) AS known_at
FROM release
WHERE main_supervising_district IN ('1JD', '2JD', '3JD', '4JD', '5JD', '6JD', '7JD', '8JD') AND days_to_return IS NOT NULL
