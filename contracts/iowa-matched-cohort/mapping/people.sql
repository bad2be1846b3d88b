-- Everyone released to the supervision of one of the eight districts. The data have no names or numbers: the key is the row.
SELECT concat('row-', "row") AS person,
       CASE sex WHEN 'Male' THEN 'male' WHEN 'Female' THEN 'female' END AS sex,
       'department-of-corrections' AS sent_by,
       concat(fiscal_year_released, '-07-01') AS known_at
FROM release
WHERE main_supervising_district IN ('1JD', '2JD', '3JD', '4JD', '5JD', '6JD', '7JD', '8JD')
