-- Is the person abstinent from every substance they came for help with, at any two reviews within the window?
--
-- Initial outcome "free from dependence". One answer for every spell of treatment.
-- Abstinent is a disclosed 0 on every presenting substance. An answer that is missing is not zero: it fails the review.
-- Reviews of stage `review` and `exit` count, from the day after the spell's first until the day it ended; the start
-- review does not. Reviews of one day count as one. They need not follow each other.
-- Asked of everyone who came with a substance, unless the start review says they used none of them.
--
-- grain: outcome
-- unit: person
-- reads: spells, reviews
-- persons: one by one
-- parameter: reviews, count, 2: how many reviews have to fulfil it
-- parameter: within, length, 12 months: the window these reviews have to lie in
-- parameter: start_within, length, 28 days: how far from the first day of the spell its start review may lie
-- evidenced: provider
-- source: national outcome 1.2 of the drug and alcohol recovery pilots, 2012; counting of start and exit reviews is ours
WITH treatment AS (
    SELECT spell, person, provider, started_on, ended_on, sent_by
    FROM spells
    WHERE kind = 'treatment'
),
-- What the person came for help with, one row a substance.
presenting AS (
    SELECT spell, problem1 AS item FROM spells WHERE kind = 'treatment' AND problem1 IS NOT NULL
    UNION
    SELECT spell, problem2 AS item FROM spells WHERE kind = 'treatment' AND problem2 IS NOT NULL
    UNION
    SELECT spell, problem3 AS item FROM spells WHERE kind = 'treatment' AND problem3 IS NOT NULL
),
needed AS (
    SELECT spell, count(*) AS substances FROM presenting GROUP BY spell
),
-- The start review: the latest of that stage near the first day of the spell.
start_day AS (
    SELECT t.spell, t.person, t.provider, max(r.reviewed_on) AS reviewed_on
    FROM treatment t
    JOIN reviews r ON r.person = t.person AND r.provider = t.provider
    WHERE r.stage = 'start'
      AND r.reviewed_on + $start_within >= t.started_on
      AND r.reviewed_on <= t.started_on + $start_within
    GROUP BY t.spell, t.person, t.provider
),
start_answer AS (
    SELECT d.spell, r.item, max(r.value) AS value
    FROM start_day d
    JOIN reviews r ON r.person = d.person AND r.provider = d.provider AND r.reviewed_on = d.reviewed_on
    WHERE r.stage = 'start'
    GROUP BY d.spell, r.item
),
-- How many of the presenting substances were disclosed as unused at the start.
unused AS (
    SELECT p.spell, count(*) AS substances
    FROM presenting p
    JOIN start_answer s ON s.spell = p.spell AND s.item = p.item
    WHERE s.value = 0
    GROUP BY p.spell
),
-- Every answer on a presenting substance at a review.
answer AS (
    SELECT t.spell, r.item, r.reviewed_on, r.value, r.sent_by, concat('reviews:', r.review, '/', r.item) AS identity
    FROM treatment t
    JOIN presenting p ON p.spell = t.spell
    JOIN reviews r ON r.person = t.person AND r.provider = t.provider AND r.item = p.item
    WHERE r.stage IN ('review', 'exit')
      AND r.reviewed_on > t.started_on AND r.reviewed_on <= $as_of
      AND (t.ended_on IS NULL OR r.reviewed_on < t.ended_on OR (r.stage = 'exit' AND r.reviewed_on = t.ended_on))
),
-- One row a day and substance, then one a day: several reviews of a day count as one.
day_item AS (
    SELECT spell, reviewed_on, item, max(value) AS most, count(*) AS answers, count(value) AS disclosed,
           min(sent_by) AS first_sender, max(sent_by) AS last_sender
    FROM answer
    GROUP BY spell, reviewed_on, item
),
day AS (
    SELECT spell, reviewed_on, count(*) AS items, max(most) AS most, sum(answers) AS answers,
           sum(disclosed) AS disclosed, min(first_sender) AS first_sender, max(last_sender) AS last_sender
    FROM day_item
    GROUP BY spell, reviewed_on
),
good AS (
    SELECT d.spell, d.reviewed_on, d.first_sender, d.last_sender
    FROM day d
    JOIN needed n ON n.spell = d.spell
    WHERE d.items = n.substances AND d.disclosed = d.answers AND d.most = 0
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
),
-- Who is not asked, and why.
asked AS (
    SELECT t.spell,
           CASE
               WHEN n.spell IS NULL THEN 'came with no substance'
               WHEN u.substances = n.substances THEN 'used none of what they came for at the start'
           END AS why_not
    FROM treatment t
    LEFT JOIN needed n ON n.spell = t.spell
    LEFT JOIN unused u ON u.spell = t.spell
)
SELECT t.person, t.provider, t.spell AS occurrence,
       CASE
           WHEN q.why_not IS NOT NULL THEN 'not-eligible'
           WHEN a.spell IS NOT NULL THEN 'achieved'
           WHEN t.ended_on IS NULL OR t.ended_on > $as_of THEN 'pending'
           ELSE 'not-achieved'
       END AS standing,
       CASE WHEN q.why_not IS NULL THEN a.reviewed_on END AS occurred_on,
       concat_ws(' ', concat('spells:', t.spell), r.evidence) AS evidence,
       CASE
           WHEN q.why_not IS NOT NULL THEN q.why_not
           WHEN a.spell IS NOT NULL OR t.ended_on IS NULL OR t.ended_on > $as_of THEN NULL
           WHEN s.spell IS NULL THEN 'no review answers it'
           WHEN s.undisclosed > 0 THEN concat(CAST(s.good_days AS VARCHAR), ' of ', CAST(s.days AS VARCHAR),
               ' reviews fulfil it; an answer was not disclosed, which is not zero')
           ELSE concat(CAST(s.good_days AS VARCHAR), ' of ', CAST(s.days AS VARCHAR), ' reviews fulfil it')
       END AS reason,
       CASE WHEN a.spell IS NOT NULL THEN a.sent_by ELSE t.sent_by END AS sent_by
FROM treatment t
JOIN asked q ON q.spell = t.spell
LEFT JOIN achieved a ON a.spell = t.spell AND a.nth = 1
LEFT JOIN seen s ON s.spell = t.spell
LEFT JOIN rests r ON r.spell = t.spell
