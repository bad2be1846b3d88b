-- People of both clinics. The dose is that of treatment, so that part of what a clinic does is taken into account as well.
SELECT concat('person-', lpad(id, 3, '0')) AS person, CASE clinic WHEN '2' THEN 1 ELSE 0 END AS treated,
       CAST(prison AS INT) AS prison, CAST(dose AS INT) AS dose
FROM people
