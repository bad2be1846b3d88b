-- Did the person stay for twelve weeks?
--
-- grain: outcomes
-- unit: person
-- reads: spells
SELECT person, provider, spell AS occurrence, 'achieved' AS standing, started_on AS occurred_on, '' AS evidence
FROM spells
