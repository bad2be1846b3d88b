-- Everybody in the trial, as they were in the detox unit.
SELECT concat('person-', lpad(id, 3, '0')) AS person, CASE treat WHEN 'yes' THEN 1 ELSE 0 END AS treated,
       CAST(age AS INT) AS age, sex, CAST(cesd AS INT) AS depression, homeless, substance
FROM help
