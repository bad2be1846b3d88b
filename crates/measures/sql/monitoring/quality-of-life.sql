-- What share of the people reviewed rate their quality of life higher than at the start?
--
-- Of the spells of treatment with a disclosed rating at the start and another in the settlement period: those whose latest is
-- the higher one. Of several on a day the lowest counts.
--
-- grain: ratio
-- unit: percent
-- reads: spells, reviews
-- numerator: spells rated again in the period: latest rating above the one at the start
-- denominator: spells rated again in the period: all with a rating at the start
-- evidenced: provider
-- source: the early monitoring of the recovery pilots, 2013, asked for five proxies of what was paid; what counts as improved is ours
WITH treatment AS (
    SELECT spell, person, provider, started_on, ended_on, problem1, problem2, problem3, accommodation
    FROM spells
    WHERE kind = 'treatment' AND started_on <= $as_of
),
answer AS (
    SELECT t.spell, p.period_from, p.period_until, r.item, r.reviewed_on, r.value
    FROM treatment t
    JOIN reviews r ON r.person = t.person AND r.provider = t.provider
    JOIN periods p ON r.reviewed_on >= p.period_from AND r.reviewed_on < p.period_until
    WHERE r.stage IN ('review', 'exit') AND r.reviewed_on > t.started_on AND r.reviewed_on <= $as_of
      AND (t.ended_on IS NULL OR r.reviewed_on <= t.ended_on)
),
began AS (
    SELECT t.spell, min(r.value) AS value
    FROM treatment t
    JOIN reviews r ON r.person = t.person AND r.provider = t.provider
    WHERE r.stage = 'start' AND r.item = 'QUALLIFE' AND r.value IS NOT NULL
      AND r.reviewed_on + INTERVAL '28 days' >= t.started_on AND r.reviewed_on <= t.started_on + INTERVAL '28 days'
    GROUP BY t.spell
),
latest AS (
    SELECT a.spell, a.period_from, a.period_until, min(a.value) AS value
    FROM answer a
    JOIN (SELECT spell, period_from, max(reviewed_on) AS reviewed_on
          FROM answer WHERE item = 'QUALLIFE' AND value IS NOT NULL GROUP BY spell, period_from) l
      ON l.spell = a.spell AND l.period_from = a.period_from AND l.reviewed_on = a.reviewed_on
    WHERE a.item = 'QUALLIFE' AND a.value IS NOT NULL
    GROUP BY a.spell, a.period_from, a.period_until
)
SELECT t.provider, l.period_from, l.period_until,
       sum(CASE WHEN l.value > b.value THEN 1 ELSE 0 END) AS numerator,
       count(*) AS denominator
FROM latest l
JOIN began b ON b.spell = l.spell
JOIN treatment t ON t.spell = l.spell
GROUP BY t.provider, l.period_from, l.period_until
