-- Did the person start with the provider?
--
-- One answer for every spell of the kind, achieved on its first day.
--
-- grain: outcome
-- unit: person
-- reads: spells
-- persons: one by one
-- parameter: kind, text, treatment: which kind of spell: treatment, employment, accommodation or custody
-- evidenced: provider
-- source: attachment fees, as of the Work Programme, 2011, and Wigan's fee for each new presentation, 2012
SELECT person, provider, spell AS occurrence,
       CASE WHEN started_on <= $as_of THEN 'achieved' ELSE 'pending' END AS standing,
       CASE WHEN started_on <= $as_of THEN started_on END AS occurred_on,
       concat('spells:', spell) AS evidence,
       sent_by
FROM spells
WHERE kind = $kind
