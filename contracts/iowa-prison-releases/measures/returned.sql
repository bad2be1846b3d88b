-- How many of those released in a fiscal year returned to prison, against the same district's years before?
--
-- One cohort for each district and contract year. The share who returned within the window, in percent, of all who were
-- released in the year; what would have happened anyway is that share over the baseline years together. Nothing is said
-- until the window of the last release is over. A fiscal year has the name of the calendar year it ends in. Percentages carry nine places. A return counts up to and on the last day of
-- the window.
--
-- grain: cohort
-- unit: percent of those released
-- reads: events
-- parameter: failure, text, any: what counts as failing: any return, or new for a new offence alone
-- parameter: days, count, 1095: how long after release a return counts
-- parameter: baseline_from, date: the first day of the baseline years
-- parameter: cohort_from, date: the first day of the year that is compared, and the first after the baseline
-- parameter: cohort_until, date: the first day after the year that is compared
-- source: ours; three-year return to prison as the State of Iowa publishes it
WITH released AS (
    SELECT e.event, e.person, e.provider, e.occurred_on,
           CASE WHEN e.occurred_on < $cohort_from THEN 'baseline' ELSE 'cohort' END AS part
    FROM events e
    WHERE e.kind = 'release' AND e.occurred_on >= $baseline_from AND e.occurred_on < $cohort_until
),
followed AS (
    SELECT r.event, r.provider, r.part, r.occurred_on,
           max(CASE WHEN b.event IS NOT NULL THEN 1 ELSE 0 END) AS returned
    FROM released r
    LEFT JOIN events b ON b.person = r.person AND b.kind = 'custody' AND b.occurred_on >= r.occurred_on
        AND CAST(b.occurred_on AS INT) <= CAST(r.occurred_on AS INT) + $days
        AND ($failure = 'any' OR b.detail = $failure)
    GROUP BY r.event, r.provider, r.part, r.occurred_on
),
counted AS (
    SELECT provider,
           sum(CASE WHEN part = 'baseline' THEN 1 ELSE 0 END) AS before,
           sum(CASE WHEN part = 'baseline' THEN returned ELSE 0 END) AS before_returned,
           sum(CASE WHEN part = 'cohort' THEN 1 ELSE 0 END) AS people,
           sum(CASE WHEN part = 'cohort' THEN returned ELSE 0 END) AS people_returned,
           CAST(max(CAST(occurred_on AS INT)) + $days + 1 AS INT) AS reported
    FROM followed
    GROUP BY provider
)
SELECT concat('fiscal-', CAST(date_part('year', $cohort_until) AS VARCHAR)) AS cohort, provider,
       $cohort_from AS period_from, $cohort_until AS period_until, CAST(reported AS DATE) AS reported_on,
       people,
       CAST(CAST(100 * before_returned AS DECIMAL(20,9)) / before AS DECIMAL(20,9)) AS counterfactual,
       CAST(CAST(100 * people_returned AS DECIMAL(20,9)) / people AS DECIMAL(20,9)) AS actual,
       'percent' AS unit,
       'the same district in the two years before, unadjusted' AS method,
       '26ab4bae6e5dff19c739dff30474b278fbef70e41fa610b4369372cf8bd237a3' AS method_hash
FROM counted
WHERE before > 0 AND people > 0 AND CAST(reported AS DATE) <= $as_of
