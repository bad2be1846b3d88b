-- Who was linked to primary care; of 22 people it is not known.
SELECT concat('person-', lpad(id, 3, '0')) AS person,
       CASE linkstatus WHEN '1.0' THEN 1 WHEN '0.0' THEN 0 WHEN '1' THEN 1 WHEN '0' THEN 0 END AS outcome
FROM help
