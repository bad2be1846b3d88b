-- Releases to the supervision of one of the eight districts, as the State recorded them. Classes of offence and groups of
-- race and ethnicity that hold few people are put together, so that nobody can be told by them.
SELECT concat('release-', "row") AS "release", concat('row-', "row") AS person,
       concat('district-', substr(main_supervising_district, 1, 1)) AS provider,
       concat(fiscal_year_released, '-06-30') AS released_on, fiscal_year_released AS fiscal_year,
       age_at_release AS age_band, lower(sex) AS sex,
       CASE race___ethnicity WHEN 'White - Non-Hispanic' THEN 'white' WHEN 'Black - Non-Hispanic' THEN 'black'
            WHEN 'White - Hispanic' THEN 'Hispanic' WHEN 'Black - Hispanic' THEN 'Hispanic'
            WHEN 'American Indian or Alaska Native - Hispanic' THEN 'Hispanic' ELSE 'another or not recorded' END AS race,
       CASE WHEN offense_classification IN ('B Felony', 'C Felony', 'D Felony', 'Aggravated Misdemeanor')
            THEN offense_classification
            WHEN offense_classification LIKE 'Felony - Enh%' THEN 'Enhanced felony' ELSE 'another' END AS offence_class,
       offense_type AS offence_type,
       CASE release_type WHEN 'Parole' THEN 'parole' ELSE 'special sentence or compact' END AS release_type,
       CASE target_population WHEN 'Yes' THEN 'yes' ELSE 'no' END AS target_population,
       'department-of-corrections' AS sent_by, concat(fiscal_year_released, '-07-01') AS known_at
FROM release
WHERE main_supervising_district IN ('1JD', '2JD', '3JD', '4JD', '5JD', '6JD', '7JD', '8JD')
