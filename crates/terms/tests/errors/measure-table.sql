-- Did the person stay for twelve weeks?
--
-- grain: outcome
-- unit: person
-- reads: spells
-- source: ours
SELECT r.person, r.provider, r.review AS occurrence, 'achieved' AS standing, r.reviewed_on AS occurred_on, r.review AS evidence
FROM reviews r JOIN spels s ON s.person = r.person
