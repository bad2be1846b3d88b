-- From when until when was the person in work?
--
-- One answer for every stretch of work with a provider's help: jobs that meet or overlap are one stretch, and so are jobs
-- with no more than `gap` between them. `until_on` is the first day out of work; it is absent while the work lasts.
--
-- grain: outcome
-- unit: stretch
-- reads: spells
-- persons: one by one
-- parameter: gap, length, 0 days: how long a break between jobs may be
-- evidenced: provider
-- source: sustainment of the Work Programme, 2011; how long a break may be is the contract's
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
           sum(CASE WHEN reached IS NULL OR started_on > reached + $gap THEN 1 ELSE 0 END)
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
opening AS (
    SELECT person, provider, stretch, spell,
           row_number() OVER (PARTITION BY person, provider, stretch ORDER BY started_on, spell) AS nth
    FROM numbered
)
SELECT s.person, s.provider, o.spell AS occurrence, 'achieved' AS standing,
       s.started_on AS occurred_on, s.ended_on AS until_on, s.evidence, s.sent_by
FROM stretched s
JOIN opening o ON o.person = s.person AND o.provider = s.provider AND o.stretch = s.stretch AND o.nth = 1
