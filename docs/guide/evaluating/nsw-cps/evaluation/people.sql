-- The offered men of the trial and everybody of the survey, as they were before. The files have no names: the key is the row.
SELECT concat('nsw-', lpad(source_row, 5, '0')) AS person, 1 AS treated,
       CAST(age AS INT) AS age, CAST(educ AS INT) AS educ, CAST(black AS INT) AS black, CAST(hisp AS INT) AS hisp,
       CAST(marr AS INT) AS married, CAST(nodegree AS INT) AS "no degree",
       CAST(re74 AS DECIMAL(18,6)) AS "earnings 1974", CAST(re75 AS DECIMAL(18,6)) AS "earnings 1975"
FROM nsw
WHERE treat = '1'
UNION ALL
SELECT concat('survey-', lpad(source_row, 5, '0')) AS person, 0 AS treated,
       CAST(age AS INT) AS age, CAST(educ AS INT) AS educ, CAST(black AS INT) AS black, CAST(hisp AS INT) AS hisp,
       CAST(marr AS INT) AS married, CAST(nodegree AS INT) AS "no degree",
       CAST(re74 AS DECIMAL(18,6)) AS "earnings 1974", CAST(re75 AS DECIMAL(18,6)) AS "earnings 1975"
FROM survey
