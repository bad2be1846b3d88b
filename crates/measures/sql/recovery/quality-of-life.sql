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
    SELECT spell, reviewed_on, min(value) AS least, count(*) AS answers, count(value) AS disclosed,
           min(sent_by) AS first_sender, max(sent_by) AS last_sender
    FROM answer
    GROUP BY spell, reviewed_on
),
good AS (
    SELECT spell, reviewed_on, first_sender, last_sender FROM day WHERE disclosed = answers AND least >= $norm
),
-- A good day is reached with enough good days, itself among them, in the window that ends with it.
reached AS (
    SELECT a.spell, a.reviewed_on, min(b.first_sender) AS first_sender, max(b.last_sender) AS last_sender
    FROM good a
    JOIN good b ON b.spell = a.spell
    WHERE b.reviewed_on <= a.reviewed_on AND b.reviewed_on + $within > a.reviewed_on
    GROUP BY a.spell, a.reviewed_on
    HAVING count(*) >= $reviews
),
-- One party's where all of the evidence is.
achieved AS (
    SELECT spell, reviewed_on, CASE WHEN first_sender = last_sender THEN first_sender END AS sent_by,
           row_number() OVER (PARTITION BY spell ORDER BY reviewed_on) AS nth
    FROM reached
),
seen AS (
    SELECT d.spell, count(*) AS days, count(g.spell) AS good_days, sum(d.answers - d.disclosed) AS undisclosed
    FROM day d
    LEFT JOIN good g ON g.spell = d.spell AND g.reviewed_on = d.reviewed_on
    GROUP BY d.spell
),
-- What it rests on: the good days that count, or where it was not achieved, every answer.
rests AS (
    SELECT w.spell, string_agg(w.identity, ' ' ORDER BY w.reviewed_on, w.identity) AS evidence
    FROM answer w
    LEFT JOIN achieved a ON a.spell = w.spell AND a.nth = 1
    LEFT JOIN good g ON g.spell = w.spell AND g.reviewed_on = w.reviewed_on
    WHERE a.spell IS NULL
       OR (g.spell IS NOT NULL AND w.reviewed_on <= a.reviewed_on AND w.reviewed_on + $within > a.reviewed_on)
    GROUP BY w.spell
)
SELECT t.person, t.provider, t.spell AS occurrence,
       CASE
           WHEN a.spell IS NOT NULL THEN 'achieved'
           WHEN t.ended_on IS NULL OR t.ended_on > $as_of THEN 'pending'
           ELSE 'not-achieved'
       END AS standing,
       a.reviewed_on AS occurred_on,
       concat_ws(' ', concat('spells:', t.spell), r.evidence) AS evidence,
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
LEFT JOIN rests r ON r.spell = t.spell
