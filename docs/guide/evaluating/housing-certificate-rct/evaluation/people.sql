-- Everybody in the trial, with how they were housed at the start: 1 street or shelter, 2 with others or in the community,
-- 3 independent.
SELECT concat('person-', lpad(id, 3, '0')) AS person, CAST(sec AS INT) AS treated,
       CASE y WHEN '3' THEN 'yes' WHEN '1' THEN 'no' WHEN '2' THEN 'no' ELSE 'not known' END AS "housed independently before"
FROM housing
WHERE time = '0'
