-- The men, as they were on release. The file has no names: the key is the row.
SELECT concat('man-', lpad(source_row, 3, '0')) AS person, CASE fin WHEN 'yes' THEN 1 ELSE 0 END AS treated,
       CAST(age AS INT) AS age, race, wexp AS "worked before", mar AS married, paro AS "on parole",
       CAST(prio AS INT) AS convictions
FROM men
