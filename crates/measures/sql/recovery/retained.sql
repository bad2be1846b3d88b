-- Did the person stay in treatment this long?
--
-- One answer for every spell of treatment. Achieved on the day this long after the first, when the spell did not end
-- before that day. A spell that ends on that very day lasted long enough, since its end is the first day after.
--
-- grain: outcome
-- unit: person
-- reads: spells
-- persons: one by one
-- parameter: after, length, 12 weeks: how long treatment has to last
-- evidenced: provider
-- source: effective treatment of England's national statistics lasts 12 weeks or more
SELECT person, provider, spell AS occurrence,
       CASE
           WHEN ended_on < started_on + $after AND ended_on <= $as_of THEN 'not-achieved'
           WHEN $as_of < started_on + $after THEN 'pending'
           ELSE 'achieved'
       END AS standing,
       CASE
           WHEN $as_of >= started_on + $after AND (ended_on IS NULL OR ended_on >= started_on + $after)
               THEN CAST(started_on + $after AS DATE)
       END AS occurred_on,
       concat('spells:', spell) AS evidence,
       CASE
           WHEN ended_on < started_on + $after AND ended_on <= $as_of
               THEN concat('left on ', CAST(ended_on AS VARCHAR))
       END AS reason,
       sent_by
FROM spells
WHERE kind = 'treatment'
