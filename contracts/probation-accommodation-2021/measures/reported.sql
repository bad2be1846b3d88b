-- Is this desired outcome reported as achieved?
--
-- One answer for every report, achieved on its day. Whoever sent the row last, sent the report: the provider reports, and the probation
-- practitioner confirms by sending it again.
--
-- grain: outcome
-- unit: person
-- reads: reports
-- persons: one by one
-- parameter: outcome, text: which desired outcome
-- source: ours, for the desired outcomes of the Dynamic Framework, 2021
SELECT r.person, r.provider, r.report AS occurrence,
       CASE WHEN r.achieved_on > $as_of THEN 'pending' ELSE 'achieved' END AS standing,
       CASE WHEN r.achieved_on <= $as_of THEN r.achieved_on END AS occurred_on,
       concat('reports:', r.report) AS evidence,
       r.sent_by
FROM reports r
WHERE r.outcome = $outcome
