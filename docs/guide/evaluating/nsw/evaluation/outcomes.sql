-- What they earned in 1978.
SELECT concat('row-', lpad(source_row, 4, '0')) AS person, CAST(re78 AS DECIMAL(18,6)) AS "earnings 1978" FROM nsw
