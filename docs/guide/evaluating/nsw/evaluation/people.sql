-- The people of the trial, as they were before. The file has no names: the key is the row.
SELECT concat('row-', lpad(source_row, 4, '0')) AS person, CAST(treat AS INT) AS treated,
       CAST(age AS INT) AS age, CAST(educ AS INT) AS educ, CAST(black AS INT) AS black, CAST(hisp AS INT) AS hisp,
       CAST(marr AS INT) AS married, CAST(nodegree AS INT) AS "no degree",
       CAST(re74 AS DECIMAL(18,6)) AS "earnings 1974", CAST(re75 AS DECIMAL(18,6)) AS "earnings 1975"
FROM nsw
