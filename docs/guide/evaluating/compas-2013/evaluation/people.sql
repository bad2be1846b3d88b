-- People as they were when screened.
SELECT concat('person-', lpad(id, 5, '0')) AS person, CASE c_charge_degree WHEN 'F' THEN 1 ELSE 0 END AS treated,
       CAST(age AS INT) AS age, sex, CAST(priors_count AS INT) AS "earlier offences"
FROM screened
WHERE is_recid <> '-1' AND compas_screening_date LIKE '2013%'
