SELECT DISTINCT client AS person, 'advice-desk' AS sent_by, '2025-01-06' AS known_at
FROM jobs
