-- Did the person stay for twelve weeks?
--
-- grain: outcome
-- unit: person
-- reads: spells
-- source: ours
-- parameter: since, date, 2012-04-01: the first day of those who count
SELECT person, provider, spell AS occurrence, 'achieved' AS standing, started_on AS occurred_on, spell AS evidence
FROM spells WHERE started_on >= $sinse AND provider = $who
