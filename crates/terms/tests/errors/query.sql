-- Did the person stay for twelve weeks?
--
-- grain: outcome
-- unit: person
-- reads: spells
-- source: ours
SELECT s.person, s.provder, s.spell AS occurrence, 'achieved' AS standing, started AS occurred_on, s.spell AS evidence
FROM spells s WHERE s.kynd = 'treatment'
