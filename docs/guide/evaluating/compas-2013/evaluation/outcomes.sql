-- Whether they offended again, and the last day of the files: the 1st of April 2016, less than 30 months after many screenings.
SELECT concat('person-', lpad(id, 5, '0')) AS person, CAST(is_recid AS INT) AS outcome,
       CAST(compas_screening_date AS DATE) AS screened, DATE '2016-04-01' AS "followed until"
FROM screened
WHERE is_recid <> '-1' AND compas_screening_date LIKE '2013%'
