-- How likely was each person to reoffend, by the score at the start?
--
-- grain: quantity
-- unit: probability
-- reads: scores
-- source: ours
SELECT s.person, s.provider, s.scored_on AS period_from, CAST(s.scored_on + INTERVAL '1 day' AS DATE) AS period_until,
       s.probability AS quantity, concat('scores:', s.score) AS evidence
FROM scores s
WHERE s.scored_on <= $as_of
