-- Did the person stay for twelve weeks?
--
-- grain: outcome
-- unit: person
-- reads: spells
-- source: ours
SELECT person, max(provider) AS provider, max(spell) AS occurrence, 'achieved' AS standing, max(started_on) AS occurred_on,
       string_agg(spell, ' ') AS evidence
FROM spells WHERE started_on < now() GROUP BY person
