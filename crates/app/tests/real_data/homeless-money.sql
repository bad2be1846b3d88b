-- What the contract pays by the reference output: 1,200 for a home kept for 180 days, 800 for a year, 600 for two.
-- A home is taken back when its head is back within 180 days in whatever kind of household: three heads who kept a home in one kind
-- came back in another.
WITH whole AS (
    SELECT x.HoHID AS person, CAST(e.ExitDate AS DATE) + CAST(x.ReturnTime AS INT) AS back_on
    FROM read_csv('{shared}/expected/tlsa_Exit.csv') x
    JOIN read_csv('{shared}/expected/tlsa_Enrollment.csv.gz') e
      ON e.HouseholdID = x.QualifyingExitHHID AND e.RelationshipToHoH = 1
    WHERE x.ReturnTime BETWEEN 15 AND 180
),
home AS (
    SELECT x.HoHID AS person, concat(x.QualifyingExitHHID, '-', CAST(2025 + x.Cohort AS VARCHAR)) AS occurrence,
           CAST(e.ExitDate AS DATE) AS left_on, x.ReturnTime AS days
    FROM read_csv('{shared}/expected/tlsa_Exit.csv') x
    JOIN read_csv('{shared}/expected/tlsa_Enrollment.csv.gz') e
      ON e.HouseholdID = x.QualifyingExitHHID AND e.RelationshipToHoH = 1
    WHERE x.ExitTo BETWEEN 400 AND 499
),
step AS (SELECT * FROM (VALUES ('home', 180, 0, 1200), ('home-kept-a-year', 365, 365, 800), ('home-kept-two-years', 730, 730, 600))
         AS s(clause, within, later, paid))
SELECT s.clause, h.person, h.occurrence, CAST(h.left_on + s.later AS VARCHAR) AS occurred_on, s.paid
FROM home h
CROSS JOIN step s
WHERE NOT h.days BETWEEN 15 AND s.within AND h.left_on + s.later <= DATE '2026-09-30'
  AND (s.clause <> 'home'
       OR NOT EXISTS (SELECT 1 FROM whole w WHERE w.person = h.person AND w.back_on BETWEEN h.left_on AND h.left_on + 180))
