-- People on release; those with an even number are tried.
SELECT concat('person-', lpad("row", 5, '0')) AS person, 1 - CAST("row" AS INT) % 2 AS treated,
       CAST(gang_affiliated AS INT) AS gang, CAST(gender_male AS INT) AS male,
       CAST(supervision_risk_score_first AS DECIMAL(10, 2)) AS "risk score",
       CAST(prior_arrest_episodes_felony AS INT) AS felonies, CAST(prior_arrest_episodes_property AS INT) AS property,
       CAST(percent_days_employed AS DECIMAL(20, 9)) AS "days in work"
FROM parole
