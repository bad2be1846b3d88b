-- When they returned to drugs, or until when they were followed.
SELECT concat('resident-', lpad(id, 3, '0')) AS person, CAST("time" AS INT) AS days, CAST(censor AS INT) AS returned
FROM residents
