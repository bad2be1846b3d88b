-- Everybody in the trial, with how they were housed at the start: 0 street or shelter, 1 with others or in the community,
-- 2 independent.
SELECT concat('person-', lpad(id, 3, '0')) AS person, CAST(sec AS INT) AS treated,
       CASE y WHEN '2' THEN 'yes' WHEN '0' THEN 'no' WHEN '1' THEN 'no' ELSE 'not known' END AS "housed independently before"
FROM housing
WHERE time = '0'
