SELECT DISTINCT
       concat('A-', client) AS assessment,
       client AS person,
       'advice-desk' AS assessor,
       concat_ws('-', split_part(assessed, '/', 3), split_part(assessed, '/', 2), split_part(assessed, '/', 1)) AS assessed_on,
       concat(support, '-help') AS band,
       concat_ws('-', split_part(assessed, '/', 3), split_part(assessed, '/', 2), split_part(assessed, '/', 1)) AS effective_from,
       'confirmed' AS standing,
       'advice-desk' AS sent_by,
       '2025-01-06' AS known_at
FROM jobs
