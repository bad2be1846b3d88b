-- Who was released, to which district, and what the records said of them on that day. Reads no return.
SELECT person, CASE WHEN provider = 'district-3' THEN 1 ELSE 0 END AS treated,
       concat('fiscal-', CAST(fiscal_year AS VARCHAR)) AS cohort,
       age_band AS "age band", sex, offence_class AS "offence class", offence_type AS "offence type",
       target_population AS "target population", race AS "race and ethnicity", release_type AS "release type"
FROM releases
WHERE fiscal_year >= 2011
