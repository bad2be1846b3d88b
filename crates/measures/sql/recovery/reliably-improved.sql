-- Has the person's use of every substance they came for help with reliably improved, at any two reviews within the window?
--
-- Initial outcome "free from dependence". One answer for every spell of treatment.
-- Improved is at least `threshold_days` fewer days of use than at the start, on every presenting substance. The official
-- thresholds were never published, so that the contract has to say its own.
-- Reviews of stage `review` and `exit` count, from the day after the spell's first until the day it ended; the start
-- review does not. Reviews of one day count as one. They need not follow each other.
-- Asked of everyone whose start review discloses, for every presenting substance, enough days to improve on: whoever starts
-- at fewer days than the threshold (from prison, say) cannot improve by it and is not in the denominator.
--
-- grain: outcome
-- unit: person
-- reads: spells, reviews
-- persons: one by one
-- parameter: threshold_days, number: how many days of 28 fewer than at the start are a reliable improvement
-- parameter: reviews, count, 2: how many reviews have to fulfil it
-- parameter: within, length, 12 months: the window these reviews have to lie in
-- parameter: start_within, length, 28 days: how far from the first day of the spell its start review may lie
-- evidenced: provider
-- source: national outcome 1.1 of the drug and alcohol recovery pilots, 2012; threshold and who is asked are the contract's
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
-- Substances with enough use at the start, and with any answer at all.
startable AS (
    SELECT p.spell, count(s.value) AS disclosed, count(CASE WHEN s.value >= $threshold_days THEN 1 END) AS improvable
    FROM presenting p
    LEFT JOIN start_answer s ON s.spell = p.spell AND s.item = p.item
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
    SELECT a.spell, a.reviewed_on, a.item, count(CASE WHEN s.value - a.value >= $threshold_days THEN 1 END) AS improved,
           count(*) AS answers, count(a.value) AS disclosed,
           min(a.sent_by) AS first_sender, max(a.sent_by) AS last_sender
    FROM answer a
    LEFT JOIN start_answer s ON s.spell = a.spell AND s.item = a.item
    GROUP BY a.spell, a.reviewed_on, a.item
),
day AS (
    SELECT spell, reviewed_on, count(*) AS items, sum(improved) AS improved, sum(answers) AS answers,
           sum(disclosed) AS disclosed, min(first_sender) AS first_sender, max(last_sender) AS last_sender
    FROM day_item
    GROUP BY spell, reviewed_on
),
good AS (
    SELECT d.spell, d.reviewed_on, d.first_sender, d.last_sender
    FROM day d
    JOIN needed n ON n.spell = d.spell
    WHERE d.items = n.substances AND d.improved = d.answers
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
               WHEN b.disclosed < n.substances THEN 'use at the start is not known for every substance'
               WHEN b.improvable < n.substances THEN 'too few days of use at the start to improve reliably'
           END AS why_not
    FROM treatment t
    LEFT JOIN needed n ON n.spell = t.spell
    LEFT JOIN startable b ON b.spell = t.spell
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
