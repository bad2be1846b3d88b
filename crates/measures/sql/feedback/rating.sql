-- How high did people rate the provider, out of the best rating possible?
--
-- All answers to the question that were given in the settlement period, added up, over the best rating for each of them. An
-- answer above `best` counts as `best`.
--
-- grain: ratio
-- unit: percent
-- reads: feedback
-- numerator: ratings given in the period: added up
-- denominator: ratings given in the period: the best possible for each
-- parameter: question, text, overall: which question, as named in the evidence
-- parameter: best, number, 10: the best rating possible
-- evidenced: provider
-- source: feedback of service users, as providers asked for it beside the recovery pilots of 2012; the scale is ours
SELECT f.provider, p.period_from, p.period_until,
       sum(CASE WHEN f.score > $best THEN $best ELSE f.score END) AS numerator,
       sum($best) AS denominator
FROM feedback f
JOIN periods p ON f.given_on >= p.period_from AND f.given_on < p.period_until
WHERE f.question = $question AND f.given_on <= $as_of
GROUP BY f.provider, p.period_from, p.period_until
