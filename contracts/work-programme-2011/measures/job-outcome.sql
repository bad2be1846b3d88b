-- Has the person been in work for as many weeks as their payment group needs?
--
-- One answer for every person and provider with any work. Weeks add up over all jobs since the first; days in two jobs
-- count once. The group is the first one the person was given. Achieved on the first day after the last day needed.
--
-- grain: outcome
-- unit: person
-- reads: spells, assessments
-- persons: one by one
-- parameter: weeks, count, 26: weeks in work that the groups closer to work need
-- parameter: weeks_hardest, count, 13: weeks in work that the groups hardest to help need
-- source: job outcome of the Work Programme, 2011; which groups need 13 weeks is ours
WITH
-- Spells up to what is known by now: a later end is not known to hold.
spell AS (
    SELECT s.spell, s.person, s.provider, s.started_on, s.sent_by,
           CASE WHEN s.ended_on <= $as_of THEN s.ended_on END AS ended_on
    FROM spells s
    WHERE s.kind = 'employment' AND s.started_on <= $as_of AND (s.ended_on IS NULL OR s.ended_on > s.started_on)
),
assessed AS (
    SELECT person, band, row_number() OVER (PARTITION BY person ORDER BY effective_from, assessment) AS nth
    FROM assessments
),
needed AS (
    SELECT person,
           7 * CASE WHEN band IN ('jsa-early-access', 'jsa-ex-ib', 'esa-volunteers') THEN $weeks_hardest ELSE $weeks END AS days
    FROM assessed
    WHERE nth = 1
),
-- A stretch begins where no earlier spell reaches to. An open spell reaches for ever.
marked AS (
    SELECT spell, person, provider, started_on, ended_on, sent_by,
           max(coalesce(ended_on, DATE '9999-12-31')) OVER (PARTITION BY person, provider ORDER BY started_on, spell
               ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached
    FROM spell
),
numbered AS (
    SELECT spell, person, provider, started_on, ended_on, sent_by,
           sum(CASE WHEN reached IS NULL OR started_on > reached THEN 1 ELSE 0 END)
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
counted AS (
    SELECT person, provider, started_on, sent_by, evidence, ended_on IS NULL AS lasts,
           coalesce(ended_on, $as_of) - started_on AS days
    FROM stretched
),
added AS (
    SELECT c.person, c.provider, c.started_on, c.sent_by, c.evidence, c.lasts, c.days, n.days AS needed,
           coalesce(sum(c.days) OVER (PARTITION BY c.person, c.provider ORDER BY c.started_on
                                      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS days_before
    FROM counted c
    LEFT JOIN needed n ON n.person = c.person
),
fulfilled AS (
    SELECT person, provider,
           CAST(started_on + CAST(needed - days_before AS INTEGER) AS DATE) AS occurred_on,
           row_number() OVER (PARTITION BY person, provider ORDER BY started_on) AS nth
    FROM added
    WHERE days_before + days >= needed
),
everyone AS (
    SELECT person, provider, max(needed) AS needed, max(days_before + days) AS most_days,
           max(CASE WHEN lasts THEN 1 ELSE 0 END) AS lasts, CASE WHEN count(sent_by) = count(*) AND min(sent_by) = max(sent_by) THEN min(sent_by) END AS sent_by,
           string_agg(evidence, ' ' ORDER BY started_on) AS evidence
    FROM added
    GROUP BY person, provider
)
SELECT e.person, e.provider, e.provider AS occurrence,
       CASE
           WHEN f.person IS NOT NULL THEN 'achieved'
           WHEN e.lasts = 1 OR e.needed IS NULL THEN 'pending'
           ELSE 'not-achieved'
       END AS standing,
       f.occurred_on, e.evidence,
       CASE
           WHEN f.person IS NOT NULL THEN NULL
           WHEN e.needed IS NULL THEN 'the person has no payment group yet'
           WHEN e.lasts = 0 THEN concat('in work for ', CAST(CAST(e.most_days AS BIGINT) AS VARCHAR), ' of ',
               CAST(CAST(e.needed AS BIGINT) AS VARCHAR), ' days')
       END AS reason,
       e.sent_by
FROM everyone e
LEFT JOIN fulfilled f ON f.person = e.person AND f.provider = e.provider AND f.nth = 1
