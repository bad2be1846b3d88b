-- When they left, or until when they were followed.
SELECT concat('person-', lpad(id, 3, '0')) AS person, CAST(survt AS INT) AS days, CAST("status" AS INT) AS "left" FROM people
