-- What they earned in 1978.
SELECT concat('nsw-', lpad(source_row, 5, '0')) AS person, CAST(re78 AS DECIMAL(18,6)) AS "earnings 1978" FROM nsw WHERE treat = '1'
UNION ALL
SELECT concat('survey-', lpad(source_row, 5, '0')) AS person, CAST(re78 AS DECIMAL(18,6)) AS "earnings 1978" FROM survey
