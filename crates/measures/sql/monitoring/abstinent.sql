-- What share of the people reviewed used none of the substances they came for help with?
--
-- Of the spells of treatment with an answer on every presenting substance in the settlement period: those whose latest answer
-- on each was a disclosed zero. An answer that is missing is not zero.
--
-- grain: ratio
-- unit: percent
-- reads: spells, reviews
-- numerator: spells answered on every presenting substance in the period: latest answer on each is a disclosed zero
-- denominator: spells answered on every presenting substance in the period: all
-- evidenced: provider
-- source: the early monitoring of the recovery pilots, 2013, asked for five proxies of what was paid; counting the latest answer is ours
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
presenting AS (
    SELECT spell, problem1 AS item FROM treatment WHERE problem1 IS NOT NULL
    UNION
    SELECT spell, problem2 AS item FROM treatment WHERE problem2 IS NOT NULL
    UNION
    SELECT spell, problem3 AS item FROM treatment WHERE problem3 IS NOT NULL
),
needed AS (
    SELECT spell, count(*) AS substances FROM presenting GROUP BY spell
),
-- The worst of the latest day's answers on a substance; absent where one was not disclosed.
latest AS (
    SELECT a.spell, a.period_from, a.period_until, a.item,
           CASE WHEN count(a.value) = count(*) THEN max(a.value) END AS value
    FROM answer a
    JOIN presenting q ON q.spell = a.spell AND q.item = a.item
    JOIN (SELECT spell, period_from, item, max(reviewed_on) AS reviewed_on FROM answer GROUP BY spell, period_from, item) l
      ON l.spell = a.spell AND l.period_from = a.period_from AND l.item = a.item AND l.reviewed_on = a.reviewed_on
    GROUP BY a.spell, a.period_from, a.period_until, a.item
),
said AS (
    SELECT spell, period_from, period_until, count(*) AS items,
           sum(CASE WHEN value = 0 THEN 1 ELSE 0 END) AS unused
    FROM latest
    GROUP BY spell, period_from, period_until
)
SELECT t.provider, s.period_from, s.period_until,
       sum(CASE WHEN s.unused = n.substances THEN 1 ELSE 0 END) AS numerator,
       count(*) AS denominator
FROM said s
JOIN needed n ON n.spell = s.spell AND n.substances = s.items
JOIN treatment t ON t.spell = s.spell
GROUP BY t.provider, s.period_from, s.period_until
