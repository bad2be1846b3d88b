-- Who was arrested again.
SELECT concat('person-', lpad("row", 5, '0')) AS person, CAST(recidivism_within_3years AS INT) AS outcome FROM parole
