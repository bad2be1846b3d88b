-- What share of the people of a band in treatment in twelve months left it free of dependence?
--
-- One window for each settlement period that has begun: the twelve months that end with it. The band is the latest one of the
-- person. Of everyone in treatment on any day of the window: those with a spell that ended in it as a success.
--
-- grain: ratio
-- unit: percent
-- reads: spells, assessments
-- parameter: band, text: the band of need
-- numerator: people of the band in treatment in the window: those who left free of dependence
-- denominator: people of the band in treatment in the window: all of them
-- source: the rolling twelve months of Wigan's pilot, 2012
WITH latest_band AS (
    SELECT person, band, row_number() OVER (PARTITION BY person ORDER BY effective_from DESC, assessment DESC) AS nth
    FROM assessments
    WHERE effective_from <= $as_of
),
treated AS (
    SELECT p.period_until, s.provider, s.person,
           max(CASE
                   WHEN c.class = 'success' AND s.ended_on < p.period_until AND s.ended_on <= $as_of
                        AND s.ended_on >= p.period_until - INTERVAL '12 months' THEN 1
                   ELSE 0
               END) AS completed
    FROM periods p
    JOIN spells s ON s.started_on < p.period_until
         AND (s.ended_on IS NULL OR s.ended_on >= p.period_until - INTERVAL '12 months')
    JOIN latest_band b ON b.person = s.person AND b.nth = 1
    LEFT JOIN codes_discharge_reason c ON c.code = s.end_reason
    WHERE s.kind = 'treatment' AND b.band = $band AND s.started_on <= $as_of
    GROUP BY p.period_until, s.provider, s.person
)
SELECT provider, CAST(period_until - INTERVAL '12 months' AS DATE) AS period_from, period_until,
       sum(completed) AS numerator,
       count(*) AS denominator
FROM treated
GROUP BY provider, period_until
