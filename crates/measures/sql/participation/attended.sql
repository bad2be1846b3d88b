-- What share of the people in a phase of treatment came as often as the phase asks?
--
-- A phase is counted from the day treatment began: from `begins` after it until just before `ends` after it. Of everyone who was in the phase
-- for at least one whole `every_days` of the settlement period: those who came to `sessions` meetings for each whole
-- `every_days` they were in it, all taken together. Meetings that the person did not attend do not count.
--
-- grain: ratio
-- unit: percent
-- reads: spells, contacts
-- numerator: people in the phase in the period: came to every meeting asked for
-- denominator: people in the phase in the period: all
-- parameter: begins, length, 0 days: when the phase begins, counted from the start of treatment
-- parameter: ends, length, 30 days: the first day after the phase, counted from there too
-- parameter: sessions, count, 2: how many meetings the phase asks for
-- parameter: every_days, count, 7: in how many days
-- evidenced: provider
-- source: active participation by phase in the Delaware outpatient contracts, 2002; how part weeks are counted is ours
WITH treatment AS (
    SELECT spell, person, provider, started_on,
           CASE WHEN ended_on <= $as_of THEN ended_on ELSE $as_of + INTERVAL '1 day' END AS until_on
    FROM spells
    WHERE kind = 'treatment' AND started_on <= $as_of
),
in_phase AS (
    SELECT t.spell, t.person, t.provider, d.day, d.period_from, d.period_until
    FROM treatment t
    JOIN days d ON d.day >= t.started_on AND d.day < t.until_on
    WHERE d.day >= t.started_on + $begins
      AND d.day < t.started_on + $ends
),
present AS (
    SELECT spell, person, provider, period_from, period_until, count(*) AS days_in
    FROM in_phase
    GROUP BY spell, person, provider, period_from, period_until
    HAVING count(*) >= $every_days
),
came AS (
    SELECT i.spell, i.period_from, count(*) AS meetings
    FROM in_phase i
    JOIN contacts c ON c.person = i.person AND c.provider = i.provider AND c.contacted_on = i.day
    WHERE c.attended
    GROUP BY i.spell, i.period_from
)
SELECT p.provider, p.period_from, p.period_until,
       sum(CASE
               WHEN coalesce(c.meetings, 0) * $every_days >= $sessions * (p.days_in - p.days_in % $every_days) THEN 1
               ELSE 0
           END) AS numerator,
       count(*) AS denominator
FROM present p
LEFT JOIN came c ON c.spell = p.spell AND c.period_from = p.period_from
GROUP BY p.provider, p.period_from, p.period_until
