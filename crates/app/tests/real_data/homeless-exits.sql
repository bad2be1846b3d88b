-- Every exit of the reference output, with the day of a return within 180 days.
SELECT concat(x.QualifyingExitHHID, '-', CAST(2025 + x.Cohort AS VARCHAR)) AS occurrence,
       CASE WHEN x.ReturnTime BETWEEN 15 AND 180 THEN CAST(CAST(e.ExitDate AS DATE) + CAST(x.ReturnTime AS INT) AS VARCHAR) END AS back_within_180
FROM read_csv('{shared}/expected/tlsa_Exit.csv') x
JOIN read_csv('{shared}/expected/tlsa_Enrollment.csv.gz') e
  ON e.HouseholdID = x.QualifyingExitHHID AND e.RelationshipToHoH = 1
