-- How they were housed at 24 months; of 59 it is not known, and these count as not housed.
SELECT concat('person-', lpad(id, 3, '0')) AS person, CASE y WHEN '2' THEN 1 WHEN '0' THEN 0 WHEN '1' THEN 0 END AS outcome
FROM housing
WHERE time = '24'
