SELECT DISTINCT client AS person, 'assessor' AS sent_by, exported AS known_at
FROM jobs
