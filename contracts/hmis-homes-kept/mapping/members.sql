-- Who lived in a household during a stay, and when they were or became adult. `person` is the head of the household.
--
-- At a night-by-night shelter a member is there from the first night to the day after the last, within the head's own nights.
-- Whoever's date of birth is missing, not whole or cannot be right (after a day of entry, or 105 years before) has no `adult_on`.
WITH
head AS (
    SELECT householdid, min(personalid) AS person, min(enrollmentid) AS enrollmentid
    FROM enrollment
    WHERE datedeleted IS NULL AND relationshiptohoh = '1'
    GROUP BY householdid
    HAVING count(*) = 1
),
left_on AS (SELECT enrollmentid, CAST(exitdate AS DATE) AS left_on FROM exit WHERE datedeleted IS NULL),
night AS (
    SELECT e.householdid, e.enrollmentid, CAST(s.dateprovided AS DATE) AS night, x.left_on
    FROM service s
    JOIN enrollment e ON e.enrollmentid = s.enrollmentid
    LEFT JOIN left_on x ON x.enrollmentid = e.enrollmentid
    WHERE s.recordtype = '200' AND s.datedeleted IS NULL AND CAST(s.dateprovided AS DATE) >= CAST(e.entrydate AS DATE)
      AND CAST(s.dateprovided AS DATE) >= DATE '2018-10-01' AND CAST(s.dateprovided AS DATE) <= DATE '2026-09-30'
      AND (x.left_on IS NULL OR CAST(s.dateprovided AS DATE) < x.left_on)
),
heads_nights AS (
    SELECT n.householdid, min(n.night) AS first_night, max(n.night) AS last_night,
           max(CASE WHEN n.left_on IS NULL THEN 1 ELSE 0 END) AS open
    FROM night n
    JOIN head h ON h.enrollmentid = n.enrollmentid
    GROUP BY n.householdid
),
nights AS (
    SELECT n.enrollmentid, min(n.night) AS first_night, max(n.night) AS last_night
    FROM night n
    JOIN heads_nights h ON h.householdid = n.householdid
    WHERE n.night >= h.first_night
      AND (n.night <= h.last_night
           OR (h.open = 1 AND CAST(h.last_night AS INT) + 90 > CAST(DATE '2026-09-30' AS INT)))
    GROUP BY n.enrollmentid
),
told AS (
    SELECT e.enrollmentid, e.householdid, e.personalid, h.person,
           CASE WHEN p.projecttype = '1' THEN n.first_night ELSE CAST(e.entrydate AS DATE) END AS started_on,
           CASE
               WHEN p.projecttype <> '1' THEN x.left_on
               WHEN x.left_on IS NULL AND CAST(n.last_night AS INT) + 90 > CAST(DATE '2026-09-30' AS INT) THEN NULL
               ELSE CAST(CAST(CAST(n.last_night AS INT) + 1 AS INT) AS DATE)
           END AS ended_on,
           CAST(c.dob AS DATE) AS born_on,
           CASE
               WHEN c.dobdataquality IS NULL OR c.dobdataquality NOT IN ('1', '2') OR c.dob IS NULL THEN 1
               WHEN CAST(c.dob AS DATE) = DATE '1900-01-01' OR CAST(c.dob AS DATE) > CAST(e.entrydate AS DATE)
                    OR (e.relationshiptohoh = '1' AND CAST(c.dob AS DATE) = CAST(e.entrydate AS DATE))
                    OR CAST(CAST(c.dob AS DATE) + INTERVAL '105' YEAR AS DATE) <= CAST(e.entrydate AS DATE) THEN 1
               ELSE 0
           END AS unknown
    FROM enrollment e
    JOIN head h ON h.householdid = e.householdid
    JOIN project p ON p.projectid = e.projectid
    JOIN client c ON c.personalid = e.personalid
    LEFT JOIN left_on x ON x.enrollmentid = e.enrollmentid
    LEFT JOIN nights n ON n.enrollmentid = e.enrollmentid
    WHERE e.datedeleted IS NULL AND CAST(e.entrydate AS DATE) <= DATE '2026-09-30'
      AND e.relationshiptohoh IN ('1', '2', '3', '4', '5') AND (p.projecttype <> '1' OR n.first_night IS NOT NULL)
      AND (x.left_on IS NULL OR x.left_on > CAST(e.entrydate AS DATE))
),
-- Who is unknown once is unknown throughout.
aged AS (SELECT t.*, max(t.unknown) OVER (PARTITION BY t.personalid) AS unknown_once FROM told t),
adult AS (
    SELECT enrollmentid, householdid, person, started_on, ended_on,
           CASE WHEN unknown_once = 0 THEN CAST(born_on + INTERVAL '18' YEAR AS DATE) END AS adult_on
    FROM aged
),
known AS (
    SELECT enrollmentid, householdid, person, started_on, adult_on, NULL AS ended_on, CAST(started_on AS INT) AS known FROM adult
    UNION ALL
    SELECT enrollmentid, householdid, person, started_on, adult_on, ended_on, CAST(ended_on AS INT) + 1 AS known
    FROM adult
    WHERE ended_on IS NOT NULL
)
SELECT enrollmentid AS member, householdid AS stay, person, started_on, ended_on, adult_on,
       'continuum-of-care' AS sent_by, CAST(CAST(known AS INT) AS DATE) AS known_at
FROM known
