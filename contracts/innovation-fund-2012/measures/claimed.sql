-- Has a provider claimed this outcome of the rate card, with a document?
--
-- One answer for every claim. A claim without a document does not count. Better behaviour, attendance or attitude has to
-- hold for 13 weeks of school on end; the claim is dated the day it had.
--
-- grain: outcome
-- unit: person
-- reads: claims
-- persons: one by one
-- parameter: outcome, text: which outcome of the rate card
-- source: rate cards of the Innovation Fund, 2012; that a claim needs a document is ours
SELECT c.person, c.provider, c.claim AS occurrence,
       CASE
           WHEN c.achieved_on > $as_of THEN 'pending'
           WHEN c.document IS NULL THEN 'not-achieved'
           ELSE 'achieved'
       END AS standing,
       CASE WHEN c.achieved_on <= $as_of AND c.document IS NOT NULL THEN c.achieved_on END AS occurred_on,
       concat('claims:', c.claim) AS evidence,
       CASE WHEN c.achieved_on <= $as_of AND c.document IS NULL THEN 'the claim has no document' END AS reason,
       c.sent_by
FROM claims c
WHERE c.outcome = $outcome
