-- People on release. The first risk score is left out: it seems to have been filled in where it was missing.
SELECT concat('person-', lpad("row", 5, '0')) AS person, CAST(condition_mh_sa AS INT) AS treated,
       CAST(gender_male AS INT) AS male, age_at_release AS age, CAST(gang_affiliated AS INT) AS gang,
       education_level AS education, prison_years AS "years in prison",
       CAST(prior_arrest_episodes_felony AS INT) AS felonies, CAST(prior_arrest_episodes_violent AS INT) AS violence,
       CAST(prior_arrest_episodes_drug AS INT) AS drugs,
       CAST(prior_arrest_episodes_ppviolationcharges AS INT) AS "broken parole"
FROM parole
