-- What does the contract beside this file pay, clause by clause? Written by hand for DuckDB, without a reason for any line.
WITH price(clause, place, band, price) AS (
    VALUES ('abstinent', 1, 'very-low', 150.00), ('abstinent', 1, 'low', 300.00), ('abstinent', 1, 'medium', 520.50),
           ('abstinent', 1, 'high', 900.00), ('abstinent', 1, 'very-high', 1400.00),
           ('completed', 2, 'very-low', 400.00), ('completed', 2, 'low', 650.00), ('completed', 2, 'medium', 980.25),
           ('completed', 2, 'high', 1500.00), ('completed', 2, 'very-high', 2200.00),
           ('no-reoffence', 3, 'very-low', 200.00), ('no-reoffence', 3, 'low', 350.00), ('no-reoffence', 3, 'medium', 600.75),
           ('no-reoffence', 3, 'high', 1000.00), ('no-reoffence', 3, 'very-high', 1600.00)
),
-- Two clean reviews within twelve months of each other, in one spell; the first time for each person.
clean AS (
    SELECT s.person, s.spell, r.reviewed_on,
           lag(r.reviewed_on) OVER (PARTITION BY s.spell ORDER BY r.reviewed_on) AS clean_before
    FROM spells s
    JOIN reviews r ON r.person = s.person AND r.provider = s.provider AND r.item = s.problem1
    WHERE s.kind = 'treatment' AND r.stage IN ('review', 'exit') AND r.value = 0
      AND r.reviewed_on > s.started_on AND (s.ended_on IS NULL OR r.reviewed_on < s.ended_on)
),
abstinent AS (
    SELECT person, arg_min(spell, (reviewed_on, spell)) AS occurrence, min(reviewed_on) AS occurred_on
    FROM clean
    WHERE clean_before + INTERVAL 12 MONTH > reviewed_on
    GROUP BY person
),
-- Left as planned, and no other treatment within twelve months.
completed AS (
    SELECT s.person, s.spell AS occurrence, CAST(s.ended_on + INTERVAL 12 MONTH AS DATE) AS occurred_on
    FROM spells s
    WHERE s.kind = 'treatment' AND s.end_reason IN ('80', '81', '82', '90', '91')
      AND NOT EXISTS (
          SELECT 1 FROM spells o
          WHERE o.person = s.person AND o.kind = 'treatment' AND o.spell <> s.spell
            AND o.started_on < s.ended_on + INTERVAL 12 MONTH
            AND (o.started_on >= s.ended_on OR o.ended_on IS NULL OR o.ended_on > s.ended_on)
      )
),
-- No offence in the twelve months after release that was proven within six more.
no_reoffence AS (
    SELECT r.person, r.event AS occurrence,
           CAST(r.occurred_on + INTERVAL 12 MONTH + INTERVAL 6 MONTH AS DATE) AS occurred_on
    FROM events r
    WHERE r.kind = 'release'
      AND NOT EXISTS (
          SELECT 1 FROM events o
          WHERE o.person = r.person AND o.kind = 'offence' AND o.outcome IN ('conviction', 'caution')
            AND o.occurred_on >= r.occurred_on AND o.occurred_on < r.occurred_on + INTERVAL 12 MONTH
            AND coalesce(o.concluded_on, o.occurred_on) < r.occurred_on + INTERVAL 12 MONTH + INTERVAL 6 MONTH
      )
),
outcome AS (
    SELECT 'abstinent' AS clause, * FROM abstinent
    UNION ALL
    SELECT 'completed' AS clause, * FROM completed
    UNION ALL
    SELECT 'no-reoffence' AS clause, * FROM no_reoffence
),
-- The latest band in force on the day.
priced AS (
    SELECT o.person, o.clause, p.place, o.occurrence, o.occurred_on, p.price
    FROM outcome o
    ASOF JOIN assessments a ON a.person = o.person AND a.effective_from <= o.occurred_on
    JOIN price p ON p.clause = o.clause AND p.band = a.band
),
-- Earlier outcomes use the room under the cap first.
laid_out AS (
    SELECT clause, price, sum(price) OVER (PARTITION BY person ORDER BY occurred_on, place, occurrence) AS so_far
    FROM priced
)
SELECT clause, sum(greatest(0, least(price, 2500.00 - (so_far - price))))
FROM laid_out
GROUP BY clause
ORDER BY clause
