-- Did the person stay for twelve weeks?
--
-- grain: outcome
-- unit: person
-- reads: spells
-- source: ours
SELECT person, provider, 1 AS occurrence, 'achieved' AS standing, started_on AS occured_on
FROM spells
