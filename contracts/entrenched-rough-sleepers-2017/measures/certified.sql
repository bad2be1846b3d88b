-- Has the person achieved this outcome of the rate card, with a signed form and a document?
--
-- One answer for every form. A form without a document does not count.
--
-- grain: outcome
-- unit: person
-- reads: certificates
-- persons: one by one
-- parameter: outcome, text: which outcome of the rate card
-- source: evidence rules of the entrenched rough sleepers programme, 2017
SELECT c.person, c.provider, c.certificate AS occurrence,
       CASE
           WHEN c.achieved_on > $as_of THEN 'pending'
           WHEN c.document IS NULL THEN 'not-achieved'
           ELSE 'achieved'
       END AS standing,
       CASE WHEN c.achieved_on <= $as_of AND c.document IS NOT NULL THEN c.achieved_on END AS occurred_on,
       concat('certificates:', c.certificate) AS evidence,
       CASE WHEN c.achieved_on <= $as_of AND c.document IS NULL THEN 'the form has no document' END AS reason,
       c.sent_by
FROM certificates c
WHERE c.outcome = $outcome
