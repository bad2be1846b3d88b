-- What was recorded at entry and at discharge. An empty cell of the source stays missing.
-- Ours: the last day of 2023 stands for the day, as the data give the year alone; a region stands for a provider.
SELECT concat('teds-', patient_id) AS discharge, concat('teds-', patient_id) AS person,
       CASE region WHEN 'US territories' THEN 'territories' ELSE lower(region) END AS provider,
       '2023-12-31' AS discharged_on,
       CASE discharge_reason
           WHEN 'Treatment completed' THEN 'completed' WHEN 'Dropped out' THEN 'dropped-out' WHEN 'Transferred' THEN 'transferred'
           WHEN 'Terminated by facility' THEN 'ended-by-facility' WHEN 'Incarcerated' THEN 'prison' WHEN 'Death' THEN 'died' ELSE 'other'
       END AS reason,
       CASE employment_admit WHEN 'Full-time' THEN 'full-time' WHEN 'Part-time' THEN 'part-time' WHEN 'Unemployed' THEN 'unemployed'
                             WHEN 'Not in labor force' THEN 'not-in-labour-force' END AS work_at_entry,
       CASE employment_discharge WHEN 'Full-time' THEN 'full-time' WHEN 'Part-time' THEN 'part-time' WHEN 'Unemployed' THEN 'unemployed'
                                 WHEN 'Not in labor force' THEN 'not-in-labour-force' END AS work_at_exit,
       CASE living_arrangement_admit WHEN 'Homeless' THEN 'homeless' WHEN 'Dependent living' THEN 'dependent'
                                     WHEN 'Independent living' THEN 'independent' END AS home_at_entry,
       CASE living_arrangement_discharge WHEN 'Homeless' THEN 'homeless' WHEN 'Dependent living' THEN 'dependent'
                                         WHEN 'Independent living' THEN 'independent' END AS home_at_exit,
       CASE arrests_admit WHEN 'Once' THEN 1 WHEN 'Two or more' THEN 2 END AS arrests_at_entry,
       CASE arrests_discharge WHEN 'Once' THEN 1 WHEN 'Two or more' THEN 2 END AS arrests_at_exit,
       CASE region WHEN 'US territories' THEN 'territories' ELSE lower(region) END AS sent_by,
       '2024-01-01' AS known_at
FROM discharge
