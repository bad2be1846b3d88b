-- What share of the people with a housing problem at the start had none any more?
--
-- Of the spells of treatment that began with a housing need and were asked about housing again in the settlement period:
-- those that disclosed, on the latest day asked, neither an acute housing problem nor a risk of eviction.
--
-- grain: ratio
-- unit: percent
-- reads: spells, reviews
-- numerator: spells asked about housing again in the period: latest answer discloses neither problem
-- denominator: spells asked about housing again in the period: all that began with a housing need
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
began AS (
    SELECT spell FROM treatment WHERE accommodation IN ('1', '2')
    UNION
    SELECT t.spell
    FROM treatment t
    JOIN reviews r ON r.person = t.person AND r.provider = t.provider
    WHERE r.stage = 'start' AND r.item IN ('ACUTHPBM', 'HRISK') AND r.value > 0
      AND r.reviewed_on + INTERVAL '28 days' >= t.started_on AND r.reviewed_on <= t.started_on + INTERVAL '28 days'
),
latest AS (
    SELECT a.spell, a.period_from, a.period_until, count(DISTINCT a.item) AS items, count(*) AS answers,
           count(a.value) AS disclosed, max(a.value) AS worst
    FROM answer a
    JOIN (SELECT spell, period_from, max(reviewed_on) AS reviewed_on
          FROM answer WHERE item IN ('ACUTHPBM', 'HRISK') GROUP BY spell, period_from) l
      ON l.spell = a.spell AND l.period_from = a.period_from AND l.reviewed_on = a.reviewed_on
    WHERE a.item IN ('ACUTHPBM', 'HRISK')
    GROUP BY a.spell, a.period_from, a.period_until
)
SELECT t.provider, l.period_from, l.period_until,
       sum(CASE WHEN l.items = 2 AND l.disclosed = l.answers AND l.worst = 0 THEN 1 ELSE 0 END) AS numerator,
       count(*) AS denominator
FROM latest l
JOIN began b ON b.spell = l.spell
JOIN treatment t ON t.spell = l.spell
GROUP BY t.provider, l.period_from, l.period_until
