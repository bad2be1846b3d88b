-- What share of the people who left one kind of treatment entered another in time?
--
-- Of the spells of the modality `from_modality` whose time to enter ran out in the settlement period: those whose person began
-- a spell of treatment of another modality, with any provider, on the day it ended or within `within` after it. Counting
-- them when the time has run out means that no answer changes because time passes.
--
-- grain: ratio
-- unit: percent
-- reads: spells
-- numerator: spells of the modality whose time ran out in the period: followed by another modality in time
-- denominator: spells of the modality whose time ran out in the period: all
-- parameter: from_modality, text, 1: the code of the modality that is left: 1 is inpatient treatment
-- parameter: within, length, 30 days: how long there is to enter the other
-- evidenced: provider
-- source: follow-on treatment of the Delaware detoxification contract, 2007
WITH left_first AS (
    SELECT spell, person, provider, ended_on, CAST(ended_on + $within AS DATE) AS last_day
    FROM spells
    WHERE kind = 'treatment' AND modality = $from_modality AND ended_on <= $as_of
),
entered AS (
    SELECT DISTINCT l.spell
    FROM left_first l
    JOIN spells n ON n.person = l.person
    WHERE n.kind = 'treatment' AND n.spell <> l.spell AND n.modality IS NOT NULL AND n.modality <> $from_modality
      AND n.started_on >= l.ended_on AND n.started_on <= l.last_day AND n.started_on <= $as_of
)
SELECT l.provider, p.period_from, p.period_until,
       count(e.spell) AS numerator,
       count(*) AS denominator
FROM left_first l
JOIN periods p ON l.last_day >= p.period_from AND l.last_day < p.period_until
LEFT JOIN entered e ON e.spell = l.spell
WHERE l.last_day < $as_of
GROUP BY l.provider, p.period_from, p.period_until
