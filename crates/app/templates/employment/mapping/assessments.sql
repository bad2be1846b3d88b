SELECT DISTINCT
       concat('A-', client) AS assessment,
       client AS person,
       'assessor' AS assessor,
       assessed AS assessed_on,
       need AS band,
       assessed AS effective_from,
       'confirmed' AS standing,
       'assessor' AS sent_by,
       exported AS known_at
FROM jobs
