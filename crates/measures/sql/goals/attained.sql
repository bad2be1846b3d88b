-- What share of the goals that people set themselves were met in time?
--
-- Of the goals whose time ran out in the settlement period, `within` after they were set: those met no later than that day.
--
-- grain: ratio
-- unit: percent
-- reads: goals
-- numerator: goals due in the period: met in time
-- denominator: goals due in the period: all
-- parameter: within, length, 6 months: how long there is to meet a goal
-- evidenced: provider
-- source: goals of service users, as providers asked for them beside the recovery pilots of 2012; the time is ours
WITH due AS (
    SELECT goal, provider, met_on, CAST(set_on + $within AS DATE) AS last_day
    FROM goals
    WHERE set_on <= $as_of
)
SELECT g.provider, p.period_from, p.period_until,
       sum(CASE WHEN g.met_on <= g.last_day THEN 1 ELSE 0 END) AS numerator,
       count(*) AS denominator
FROM due g
JOIN periods p ON g.last_day >= p.period_from AND g.last_day < p.period_until
WHERE g.last_day < $as_of
GROUP BY g.provider, p.period_from, p.period_until
