-- What share of the people of a band who were reviewed in twelve months used no heroin at any of the reviews?
--
-- One window of the twelve months that end with each settlement period. A review whose answer is missing is not asked.
--
-- grain: ratio
-- unit: percent
-- reads: reviews, assessments
-- parameter: band, text: the band of need
-- source: ours, after the rolling twelve months of Wigan's pilot
WITH used AS (
    SELECT p.period_until, r.provider, r.person, max(r.value) AS most
    FROM periods p
    JOIN reviews r ON r.reviewed_on >= p.period_until - INTERVAL '12 months' AND r.reviewed_on < p.period_until
    JOIN assessments a ON a.person = r.person AND a.band = $band
    WHERE r.item = 'heroin' AND r.value IS NOT NULL
    GROUP BY p.period_until, r.provider, r.person
)
SELECT provider, CAST(period_until - INTERVAL '12 months' AS DATE) AS period_from, period_until,
       sum(CASE WHEN most = 0 THEN 1 ELSE 0 END) AS numerator,
       count(*) AS denominator
FROM used
GROUP BY provider, period_until
