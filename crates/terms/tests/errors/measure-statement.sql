-- Did the person stay for twelve weeks?
--
-- grain: outcome
-- unit: person
-- reads: spells
-- source: ours
CREATE VIEW stays AS SELECT * FROM spells;
SELECT person, provider, spell AS occurrence, 'achieved' AS standing, started_on AS occurred_on, spell AS evidence
FROM stays
