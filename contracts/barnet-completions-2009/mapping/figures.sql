-- One row for each financial year and group of drugs. `all` is the published total and not the sum of the groups, which rounding keeps
-- from adding up. Ours: known on 1 January after the year, when the six months for coming back are over.
SELECT 'barnet-service' AS provider,
       CASE drug_group WHEN 'Total' THEN 'all' WHEN 'Opiate' THEN 'opiates' WHEN 'Non-opiate only' THEN 'other-drugs'
                       WHEN 'Alcohol only' THEN 'alcohol' ELSE 'other-drugs-and-alcohol' END AS drugs,
       CAST(concat(substr(reportingperiod, 1, 4), '-04-01') AS DATE) AS year_from,
       CAST(CAST(concat(substr(reportingperiod, 1, 4), '-04-01') AS DATE) + INTERVAL '12' MONTH AS DATE) AS year_until,
       scnr_intreatment_allintx AS in_treatment, scnr_completion_allintx AS completed,
       scnr_representation_allintx AS returned, scnr_scrn_allintx AS not_returned,
       waitsfirst_3weeksandunder_newtx AS waited_3_weeks,
       CAST(waitsfirst_3to6weeks_newtx AS INT) + CAST(waitsfirst_over6weeks_newtx AS INT) AS waited_longer,
       'public-health-england' AS sent_by,
       CAST(CAST(concat(substr(reportingperiod, 1, 4), '-04-01') AS DATE) + INTERVAL '21' MONTH AS DATE) AS known_at
FROM published
