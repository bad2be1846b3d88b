-- Was the patient treated and discharged?
--
-- One answer for every admission, achieved on the day of discharge.
--
-- grain: outcome
-- unit: admission
-- reads: hip-fractures
-- persons: one by one
-- source: the base tariff for hip fracture, England 2012; the day is ours
SELECT person, provider, record AS occurrence,
       CASE WHEN discharged_on <= $as_of THEN 'achieved' ELSE 'pending' END AS standing,
       CASE WHEN discharged_on <= $as_of THEN discharged_on END AS occurred_on,
       concat('hip-fractures:', record) AS evidence, sent_by
FROM hip_fractures
