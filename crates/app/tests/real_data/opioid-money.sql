-- What everyone is worth under every clause over the whole contract, once everything is known.
WITH band AS (
    SELECT p.who, CASE WHEN bool_or(t.other) THEN 'complex' ELSE 'standard' END AS band
    FROM person p
    JOIN (
        SELECT who, CAST("when" AS INTEGER) AS day, what IN ('Cocaine', 'Amphetamine', 'Benzodiazepine') AS other FROM read_csv('{evidence}/uds.csv.gz')
        UNION ALL
        SELECT who, day, false FROM visited
    ) t ON t.who = p.who AND t.day <= p.first
    GROUP BY p.who
),
jailed AS (SELECT DISTINCT who, CAST("when" AS INTEGER) AS day FROM read_csv('{evidence}/visit.csv.gz') WHERE is_in_jail = 1 AND "when" IS NOT NULL),
seen AS (
    SELECT p.who, max(v.day) AS day FROM person p JOIN visited v ON v.who = p.who AND v.day BETWEEN p.first AND p.last GROUP BY p.who
),
reached AS (
    SELECT p.*, b.band, p.consented + p.first AS started, seen.day AS seen,
           CASE WHEN contains(w.word, '---') THEN p.consented + p.first + 7 * CAST(strpos(w.word, '---') + 2 AS INTEGER) END AS abstinent,
           CASE WHEN contains(w.word, 'oooo') THEN p.consented + p.first + 7 * CAST(strpos(w.word, 'oooo') + 3 AS INTEGER) END AS lost
    FROM person p
    JOIN word w USING (who)
    LEFT JOIN band b USING (who)
    LEFT JOIN seen USING (who)
),
vesting AS (
    SELECT r.*,
           r.lost >= r.abstinent AND r.lost < r.abstinent + 84 AS gone,
           (SELECT min(r.consented + j.day) FROM jailed j
            WHERE j.who = r.who AND r.consented + j.day >= r.abstinent AND r.consented + j.day < r.abstinent + 84) AS jailed
    FROM reached r
),
due AS (
    SELECT person, site, 2 AS place, 'start' AS clause, started AS due_on, CASE WHEN started < DATE '2011-01-01' THEN 250 ELSE 200 END AS amount
    FROM vesting
    UNION ALL
    SELECT person, site, 3, 'abstinent', abstinent, CASE band WHEN 'complex' THEN 650 WHEN 'standard' THEN 400 ELSE 0 END
    FROM vesting
    WHERE abstinent IS NOT NULL AND (NOT coalesce(gone, false) OR jailed <= lost)
    UNION ALL
    SELECT person, site, 4, 'twelve-weeks', started + 84, 300
    FROM vesting
    WHERE consented + seen + 1 >= started + 84
    UNION ALL
    SELECT person, site, 5, 'stayed', consented + last + 1, CASE band WHEN 'complex' THEN 1100 WHEN 'standard' THEN 800 ELSE 0 END
    FROM vesting
    WHERE lost IS NULL
),
by_person AS (
    SELECT *, least(amount, greatest(0, 2000 - coalesce(sum(amount) OVER (
        PARTITION BY person ORDER BY due_on, place ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0))) AS within
    FROM due
),
by_year AS (
    SELECT *, CASE WHEN clause = 'start' THEN within ELSE least(within, greatest(0, 560000 - coalesce(sum(within) FILTER (clause <> 'start') OVER (
        PARTITION BY year(due_on) ORDER BY due_on, place, person ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0))) END AS paid
    FROM by_person
)
SELECT clause, person, concat('site-', site) AS provider, CAST(due_on AS VARCHAR) AS occurred_on, CAST(paid AS INTEGER) AS paid
FROM by_year
ORDER BY ALL
