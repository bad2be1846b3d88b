-- Does the person rate their quality of life at or above the norm, at any two reviews within the window?
--
-- Initial outcome "health and wellbeing". One answer for every spell of treatment; everyone is asked.
-- The norm is the mean rating of people who left structured treatment successfully: 14 of 20.
-- Reviews of stage `review` and `exit` count, from the day after the spell's first until the day it ended; the start
-- review does not. Reviews of one day count as one. They need not follow each other.
-- Of several answers on one day the lowest counts.
--
-- grain: outcome
-- unit: person
-- reads: spells, reviews
-- persons: one by one
-- parameter: norm, number, 14: the rating, 0 to 20, that has to be reached
-- parameter: reviews, count, 2: how many reviews have to fulfil it
-- parameter: within, length, 12 months: the window these reviews have to lie in
-- evidenced: provider
-- source: national outcome 3.4 of the drug and alcohol recovery pilots, 2012
WITH treatment AS (
    SELECT spell, person, provider, started_on, ended_on, sent_by
    FROM spells
    WHERE kind = 'treatment'
),
answer AS (
    SELECT t.spell, r.item, r.stage, r.reviewed_on, r.value, r.sent_by,
           concat('reviews:', r.review, '/', r.item) AS identity
    FROM treatment t
    JOIN reviews r ON r.person = t.person AND r.provider = t.provider
    WHERE r.item = 'QUALLIFE'
      AND r.stage IN ('review', 'exit')
      AND r.reviewed_on > t.started_on AND r.reviewed_on <= $as_of
      AND (t.ended_on IS NULL OR r.reviewed_on < t.ended_on OR (r.stage = 'exit' AND r.reviewed_on = t.ended_on))
),
day AS (
    SELECT a.spell, a.reviewed_on, min(a.value) AS least,
           count(*) AS answers, count(a.value) AS disclosed,
           CASE WHEN count(a.sent_by) = count(*) AND min(a.sent_by) = max(a.sent_by) THEN min(a.sent_by) END AS sent_by,
           string_agg(a.identity, ' ' ORDER BY a.identity) AS evidence
    FROM answer a
    GROUP BY a.spell, a.reviewed_on
),
good AS (
    SELECT spell, reviewed_on, sent_by, evidence FROM day WHERE disclosed = answers AND least >= $norm
),
-- A good day is reached with enough good days, itself among them, in the window that ends with it.
reached AS (
    SELECT a.spell, a.reviewed_on, CASE WHEN count(b.sent_by) = count(*) AND min(b.sent_by) = max(b.sent_by) THEN min(b.sent_by) END AS sent_by,
           string_agg(b.evidence, ' ' ORDER BY b.reviewed_on) AS evidence
    FROM good a
    JOIN good b ON b.spell = a.spell
    WHERE b.reviewed_on <= a.reviewed_on AND b.reviewed_on + $within > a.reviewed_on
    GROUP BY a.spell, a.reviewed_on
    HAVING count(*) >= $reviews
),
achieved AS (
    SELECT spell, reviewed_on, sent_by, evidence,
           row_number() OVER (PARTITION BY spell ORDER BY reviewed_on) AS nth
    FROM reached
),
seen AS (
    SELECT d.spell, count(*) AS days, count(g.spell) AS good_days, sum(d.answers - d.disclosed) AS undisclosed,
           string_agg(d.evidence, ' ' ORDER BY d.reviewed_on) AS evidence
    FROM day d
    LEFT JOIN good g ON g.spell = d.spell AND g.reviewed_on = d.reviewed_on
    GROUP BY d.spell
)
SELECT t.person, t.provider, t.spell AS occurrence,
       CASE
           WHEN a.spell IS NOT NULL THEN 'achieved'
           WHEN t.ended_on IS NULL OR t.ended_on > $as_of THEN 'pending'
           ELSE 'not-achieved'
       END AS standing,
       a.reviewed_on AS occurred_on,
       concat_ws(' ', concat('spells:', t.spell), coalesce(a.evidence, s.evidence)) AS evidence,
       CASE
           WHEN a.spell IS NOT NULL OR t.ended_on IS NULL OR t.ended_on > $as_of THEN NULL
           WHEN s.spell IS NULL THEN 'no review answers it'
           WHEN s.undisclosed > 0 THEN concat(CAST(s.good_days AS VARCHAR), ' of ', CAST(s.days AS VARCHAR),
               ' reviews fulfil it; an answer was not disclosed, which is not zero')
           ELSE concat(CAST(s.good_days AS VARCHAR), ' of ', CAST(s.days AS VARCHAR), ' reviews fulfil it')
       END AS reason,
       CASE WHEN a.spell IS NOT NULL THEN a.sent_by ELSE t.sent_by END AS sent_by
FROM treatment t
LEFT JOIN achieved a ON a.spell = t.spell AND a.nth = 1
LEFT JOIN seen s ON s.spell = t.spell
