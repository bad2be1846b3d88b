-- What share of people in treatment completed it and did not come back within six months?
--
-- Completions without a return in the year, out of everyone in treatment in it, as published: both are rounded to the nearest five, so
-- that a share near a step may truly lie on its other side.
--
-- grain: ratio
-- unit: percent
-- reads: figures
-- numerator: people in treatment in the year: completed it and did not come back within six months
-- denominator: people in treatment in the year: all
-- parameter: drugs, text: opiates, other-drugs, alcohol, other-drugs-and-alcohol or all
-- source: successful completion without re-presentation, as England's national statistics count it
SELECT f.provider, p.period_from, p.period_until, f.not_returned AS numerator, f.in_treatment AS denominator,
       concat('figures:', f.provider, ',', f.drugs, ',', CAST(f.year_from AS VARCHAR)) AS evidence
FROM figures f
JOIN periods p ON f.year_from = p.period_from AND f.year_until = p.period_until
WHERE f.drugs = $drugs AND f.in_treatment > 0
