-- What share of the people in treatment left it free of dependence?
--
-- Of everyone who was in treatment with the provider on any day of the settlement period: those with a spell that ended in it
-- with a reason that the code list classes as a success. People, not spells, are counted, and over all in treatment, not over
-- those who left.
--
-- grain: ratio
-- unit: percent
-- reads: spells
-- numerator: people in treatment in the period: with a spell that ended in success
-- denominator: people in treatment in the period: all
-- evidenced: provider
-- source: completion as England's public health outcomes framework counts it, over all in treatment
SELECT s.provider, p.period_from, p.period_until,
       count(DISTINCT CASE
           WHEN c.class = 'success' AND s.ended_on >= p.period_from AND s.ended_on < p.period_until AND s.ended_on <= $as_of
               THEN s.person
       END) AS numerator,
       count(DISTINCT s.person) AS denominator
FROM spells s
JOIN periods p ON s.started_on < p.period_until
     AND (s.ended_on IS NULL OR s.ended_on > $as_of OR s.ended_on >= p.period_from)
LEFT JOIN codes_discharge_reason c ON c.code = s.end_reason
WHERE s.kind = 'treatment' AND s.started_on <= $as_of
GROUP BY s.provider, p.period_from, p.period_until
