-- Heads of households: whoever heads a stay stands for its household.
WITH head AS (
    SELECT personalid, min(entrydate) AS first_entered
    FROM enrollment
    WHERE datedeleted IS NULL AND relationshiptohoh = '1'
    GROUP BY personalid
)
SELECT h.personalid AS person,
       CASE c.sex WHEN '0' THEN 'female' WHEN '1' THEN 'male' END AS sex,
       'continuum-of-care' AS sent_by, h.first_entered AS known_at
FROM head h
LEFT JOIN client c ON c.personalid = h.personalid
