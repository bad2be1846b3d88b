-- A row of the source is a discharge, not a person: whoever was discharged twice is here twice.
SELECT concat('teds-', patient_id) AS person, 'samhsa' AS sent_by, '2024-01-01' AS known_at
FROM discharge
