-- How many proven reoffences were there for every hundred people released?
--
-- For each provider and settlement period, over the people released in it (a person's first release in the period
-- counts): their proven reoffences in the window, over the number of people. A reading of 142% is 142 reoffences per
-- hundred people. A period is read once the window and the lag are over for everyone released in it, so that early
-- releases do not speak for all.
-- Time in custody, death or moving away during the window is not taken off.
--
-- grain: ratio
-- unit: per-100
-- reads: spells, events
-- numerator: people released in the period: their proven reoffences in the window
-- denominator: people released in the period: all
-- parameter: within, length, 12 months: how long after release an offence counts
-- parameter: lag, length, 6 months: how much longer courts have to conclude
-- source: frequency of proven reoffending, as of the Peterborough bond, 2010
WITH release AS (
    SELECT concat('spells:', spell) AS identity, spell AS occurrence, person, provider, ended_on AS released_on, sent_by
    FROM spells
    WHERE kind = 'custody' AND ended_on <= $as_of
    UNION ALL
    SELECT concat('events:', e.event) AS identity, e.event AS occurrence, e.person, e.provider,
           e.occurred_on AS released_on, e.sent_by
    FROM events e
    WHERE e.kind = 'release' AND e.provider IS NOT NULL AND e.occurred_on <= $as_of
      AND NOT EXISTS (SELECT 1 FROM spells s
                      WHERE s.person = e.person AND s.kind = 'custody' AND s.ended_on = e.occurred_on)
),
member AS (
    SELECT r.person, r.provider, r.released_on, p.period_from, p.period_until,
           row_number() OVER (PARTITION BY r.person, r.provider, p.period_from ORDER BY r.released_on, r.identity) AS nth
    FROM release r
    JOIN periods p ON r.released_on >= p.period_from AND r.released_on < p.period_until
    WHERE p.period_until + $within + $lag <= $as_of
),
-- Offences that were proven, and the day from which that is settled: the offence's own where none is recorded.
proven AS (
    SELECT e.event, e.person, e.occurred_on, coalesce(e.concluded_on, e.occurred_on) AS concluded_on
    FROM events e
    JOIN codes_offence_outcome c ON c.code = e.outcome
    WHERE e.kind = 'offence' AND c.class = 'proven'
),
counted AS (
    SELECT m.person, m.provider, m.period_from, m.period_until, count(p.event) AS reoffences
    FROM (SELECT * FROM member WHERE nth = 1) m
    LEFT JOIN proven p ON p.person = m.person
        AND p.occurred_on >= m.released_on AND p.occurred_on < m.released_on + $within
        AND p.concluded_on < m.released_on + $within + $lag
    GROUP BY m.person, m.provider, m.period_from, m.period_until
)
SELECT provider, period_from, period_until, sum(reoffences) AS numerator, count(*) AS denominator
FROM counted
GROUP BY provider, period_from, period_until
