-- What share of the people of a band who were reviewed in twelve months used no substance at their latest review?
--
-- One window for each settlement period that has begun: the twelve months that end with it. The band is the latest one of the
-- person. Of the latest day with a review, every answer on days of use counts; one that was not disclosed is not zero.
--
-- grain: ratio
-- unit: percent
-- reads: reviews, assessments
-- parameter: band, text: the band of need
-- numerator: people of the band reviewed in the window: those who used no substance at their latest review
-- denominator: people of the band reviewed in the window: all of them
-- source: the rolling twelve months of Wigan's pilot, 2012; counting the latest review is ours
WITH latest_band AS (
    SELECT person, band, row_number() OVER (PARTITION BY person ORDER BY effective_from DESC, assessment DESC) AS nth
    FROM assessments
    WHERE effective_from <= $as_of
),
answer AS (
    SELECT p.period_until, r.provider, r.person, r.reviewed_on, r.value
    FROM periods p
    JOIN reviews r ON r.reviewed_on >= p.period_until - INTERVAL '12 months' AND r.reviewed_on < p.period_until
    JOIN latest_band b ON b.person = r.person AND b.nth = 1
    JOIN codes_top_item c ON c.code = r.item
    WHERE c.class = 'substance-days' AND r.stage IN ('review', 'exit') AND b.band = $band AND r.reviewed_on <= $as_of
),
last_day AS (
    SELECT period_until, provider, person, max(reviewed_on) AS reviewed_on
    FROM answer
    GROUP BY period_until, provider, person
),
person_said AS (
    SELECT a.period_until, a.provider, a.person, count(*) AS answers, count(a.value) AS disclosed, max(a.value) AS most
    FROM answer a
    JOIN last_day l ON l.period_until = a.period_until AND l.provider = a.provider AND l.person = a.person
         AND l.reviewed_on = a.reviewed_on
    GROUP BY a.period_until, a.provider, a.person
)
SELECT provider, CAST(period_until - INTERVAL '12 months' AS DATE) AS period_from, period_until,
       sum(CASE WHEN disclosed = answers AND most = 0 THEN 1 ELSE 0 END) AS numerator,
       count(*) AS denominator
FROM person_said
GROUP BY provider, period_until
