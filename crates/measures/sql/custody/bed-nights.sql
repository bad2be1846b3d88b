-- How many nights did people spend in custody?
--
-- One answer for each provider and settlement period that has begun: the nights of all its people's spells of custody that
-- fall into the period. The day custody began is a night, the day it ended is none; a spell that is not known to have ended
-- counts until today. A provider without a night in a period is told so with zero, where it ever had one.
--
-- grain: quantity
-- unit: night
-- reads: spells
-- source: under-18 custody bed nights of the youth custody pathfinders, 2011
WITH held AS (
    SELECT spell, provider, started_on,
           CASE WHEN ended_on <= $as_of THEN ended_on ELSE $as_of + INTERVAL '1 day' END AS until_on
    FROM spells
    WHERE kind = 'custody' AND started_on <= $as_of
),
night AS (
    SELECT h.provider, d.period_from, d.period_until, count(*) AS nights
    FROM held h
    JOIN days d ON d.day >= h.started_on AND d.day < h.until_on
    GROUP BY h.provider, d.period_from, d.period_until
),
party AS (
    SELECT DISTINCT provider FROM held
)
SELECT a.provider, p.period_from, p.period_until, coalesce(n.nights, 0) AS quantity
FROM party a
CROSS JOIN periods p
LEFT JOIN night n ON n.provider = a.provider AND n.period_from = p.period_from
WHERE p.period_from <= $as_of
