-- Did the person leave treatment as planned, free of dependence?
--
-- Final outcome "free from dependence". One answer for every spell of treatment.
-- Achieved on the day the spell ended with a reason that the code list classes as a success: completed free of drugs or
-- alcohol, or with occasional use of something other than heroin or crack. The reason is the provider's own judgement.
--
-- grain: outcome
-- unit: person
-- reads: spells
-- persons: one by one
-- evidenced: provider
-- source: national outcome 1.3 of the drug and alcohol recovery pilots, 2012
SELECT s.person, s.provider, s.spell AS occurrence,
       CASE
           WHEN s.ended_on IS NULL OR s.ended_on > $as_of THEN 'pending'
           WHEN c.class = 'success' THEN 'achieved'
           ELSE 'not-achieved'
       END AS standing,
       CASE WHEN s.ended_on <= $as_of AND c.class = 'success' THEN s.ended_on END AS occurred_on,
       concat('spells:', s.spell) AS evidence,
       CASE
           WHEN s.ended_on IS NULL OR s.ended_on > $as_of OR c.class = 'success' THEN NULL
           WHEN s.end_reason IS NULL THEN 'no reason for leaving is recorded'
           ELSE concat('left for another reason: ', coalesce(c.label, s.end_reason))
       END AS reason,
       s.sent_by
FROM spells s
LEFT JOIN codes_discharge_reason c ON c.code = s.end_reason
WHERE s.kind = 'treatment'
