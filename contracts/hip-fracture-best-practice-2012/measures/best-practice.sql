-- Did the patient's care meet every criterion of best practice?
--
-- One answer for every admission, achieved on the day of discharge when all are met: surgery in time, care shared between
-- surgeon and geriatrician, a geriatrician's assessment in time, the agreed protocol, rehabilitation, assessment of falls and
-- bone health, and the tests of memory and thinking. What is not recorded is not met. The reason names the first one missed.
--
-- grain: outcome
-- unit: admission
-- reads: hip-fractures
-- persons: one by one
-- parameter: surgery_hours, number, 36: the longest from admission to surgery
-- parameter: geriatrician_hours, number, 72: the longest from admission to the geriatrician
-- parameter: tests, count, 2: how many tests of memory and thinking
-- source: criteria of the best practice tariff for hip fracture, England 2012
WITH judged AS (
    SELECT record, person, provider, discharged_on, sent_by,
           CASE
               WHEN hours_to_surgery IS NULL OR hours_to_surgery > $surgery_hours THEN 'surgery was not in time'
               WHEN joint_care IS NULL OR NOT joint_care THEN 'care was not shared with a geriatrician'
               WHEN hours_to_geriatrician IS NULL OR hours_to_geriatrician > $geriatrician_hours
                   THEN 'a geriatrician did not assess the patient in time'
               WHEN protocol IS NULL OR NOT protocol THEN 'the agreed protocol was not used'
               WHEN rehabilitation IS NULL OR NOT rehabilitation THEN 'there was no rehabilitation'
               WHEN falls_and_bone IS NULL OR NOT falls_and_bone THEN 'falls and bone health were not assessed'
               WHEN cognitive_tests IS NULL OR cognitive_tests < $tests THEN 'tests of memory and thinking are missing'
           END AS missed
    FROM hip_fractures
)
SELECT person, provider, record AS occurrence,
       CASE
           WHEN discharged_on IS NULL OR discharged_on > $as_of THEN 'pending'
           WHEN missed IS NULL THEN 'achieved'
           ELSE 'not-achieved'
       END AS standing,
       CASE WHEN discharged_on <= $as_of AND missed IS NULL THEN discharged_on END AS occurred_on,
       concat('hip-fractures:', record) AS evidence,
       CASE WHEN discharged_on <= $as_of THEN missed END AS reason,
       sent_by
FROM judged
