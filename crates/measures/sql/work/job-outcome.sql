-- Has the person been in work for this many weeks?
--
-- One answer for every person and provider with any work. `counting` says how weeks add up: `cumulative` over all jobs since
-- the first, days in two jobs counted once, or `continuous` within one stretch of jobs with no more than `gap` between them.
-- Achieved on the first day after the last day needed.
--
-- grain: outcome
-- unit: person
-- reads: spells
-- persons: one by one
-- parameter: weeks, count, 26: how many weeks in work are needed
-- parameter: counting, text, cumulative: cumulative or continuous
-- parameter: gap, length, 0 days: how long a break within a continuous stretch may be; its days count as days in work
-- evidenced: provider
-- source: job outcome of the Work Programme, 2011: 26 weeks, or 13 for the hardest to help
WITH
-- Spells up to what is known by now: a later end is not known to hold.
spell AS (
    SELECT s.spell, s.person, s.provider, s.started_on, s.sent_by,
           CASE WHEN s.ended_on <= $as_of THEN s.ended_on END AS ended_on
    FROM spells s
    WHERE s.kind = 'employment' AND s.started_on <= $as_of AND (s.ended_on IS NULL OR s.ended_on > s.started_on)
),
-- A stretch begins where no earlier spell reaches to, the gap allowed for. An open spell reaches for ever.
marked AS (
    SELECT spell, person, provider, started_on, ended_on, sent_by,
           max(coalesce(ended_on, DATE '9999-12-31')) OVER (PARTITION BY person, provider ORDER BY started_on, spell
               ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached
    FROM spell
),
numbered AS (
    SELECT spell, person, provider, started_on, ended_on, sent_by,
           sum(CASE WHEN reached IS NULL OR ($counting = 'continuous' AND started_on > reached + $gap)
                         OR ($counting <> 'continuous' AND started_on > reached) THEN 1 ELSE 0 END)
               OVER (PARTITION BY person, provider ORDER BY started_on, spell
                     ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS stretch
    FROM marked
),
stretched AS (
    SELECT person, provider, stretch, min(started_on) AS started_on,
           CASE WHEN count(ended_on) = count(*) THEN max(ended_on) END AS ended_on,
           CASE WHEN count(sent_by) = count(*) AND min(sent_by) = max(sent_by) THEN min(sent_by) END AS sent_by,
           string_agg(concat('spells:', spell), ' ' ORDER BY started_on, spell) AS evidence
    FROM numbered
    GROUP BY person, provider, stretch
),
-- Days of each stretch up to now, and of the stretches before it where those count.
counted AS (
    SELECT person, provider, started_on, sent_by, evidence, ended_on IS NULL AS lasts,
           coalesce(ended_on, $as_of) - started_on AS days
    FROM stretched
),
added AS (
    SELECT person, provider, started_on, sent_by, lasts, days,
           CASE WHEN $counting = 'cumulative' THEN
               coalesce(sum(days) OVER (PARTITION BY person, provider ORDER BY started_on
                                        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)
           ELSE 0 END AS days_before
    FROM counted
),
fulfilled AS (
    SELECT person, provider, started_on, sent_by,
           CAST(started_on + CAST($weeks * 7 - days_before AS INTEGER) AS DATE) AS occurred_on,
           row_number() OVER (PARTITION BY person, provider ORDER BY started_on) AS nth
    FROM added
    WHERE days_before + days >= $weeks * 7
),
-- The work it rests on: everything up to the day, or the one stretch.
rests AS (
    SELECT f.person, f.provider, f.occurred_on, CASE WHEN count(c.sent_by) = count(*) AND min(c.sent_by) = max(c.sent_by) THEN min(c.sent_by) END AS sent_by,
           string_agg(c.evidence, ' ' ORDER BY c.started_on) AS evidence
    FROM fulfilled f
    JOIN counted c ON c.person = f.person AND c.provider = f.provider
    WHERE f.nth = 1 AND c.started_on <= f.started_on AND ($counting = 'cumulative' OR c.started_on = f.started_on)
    GROUP BY f.person, f.provider, f.occurred_on
),
everyone AS (
    SELECT person, provider, max(days_before + days) AS most_days, max(CASE WHEN lasts THEN 1 ELSE 0 END) AS lasts,
           CASE WHEN count(sent_by) = count(*) AND min(sent_by) = max(sent_by) THEN min(sent_by) END AS sent_by
    FROM added
    GROUP BY person, provider
),
everything AS (
    SELECT person, provider, string_agg(evidence, ' ' ORDER BY started_on) AS evidence
    FROM counted
    GROUP BY person, provider
)
SELECT e.person, e.provider, e.provider AS occurrence,
       CASE
           -- No standing at all, so that a slip in the contract is told.
           WHEN $counting NOT IN ('cumulative', 'continuous') THEN concat('counting = ', $counting)
           WHEN r.person IS NOT NULL THEN 'achieved'
           WHEN e.lasts = 1 THEN 'pending'
           ELSE 'not-achieved'
       END AS standing,
       r.occurred_on,
       coalesce(r.evidence, x.evidence) AS evidence,
       CASE WHEN r.person IS NULL AND e.lasts = 0 THEN
           concat('in work for ', CAST(CAST(e.most_days AS BIGINT) AS VARCHAR), ' of ', CAST($weeks * 7 AS VARCHAR), ' days')
       END AS reason,
       CASE WHEN r.person IS NOT NULL THEN r.sent_by ELSE e.sent_by END AS sent_by
FROM everyone e
JOIN everything x ON x.person = e.person AND x.provider = e.provider
LEFT JOIN rests r ON r.person = e.person AND r.provider = e.provider
