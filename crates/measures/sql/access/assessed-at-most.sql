-- What share of the people referred were assessed no later than this?
--
-- Of the referrals whose time ran out in the settlement period, `within` after them: those whose person was assessed from the day
-- of the referral on and no later than that day. Each assessor is asked about all of them, so it suits a single front door.
-- Counting referrals rather than assessments means that people who are never assessed are seen.
--
-- grain: ratio
-- unit: percent
-- reads: referrals, assessments
-- numerator: referrals whose time ran out in the period: assessed no later than `within`
-- denominator: referrals whose time ran out in the period: all
-- parameter: within, length, 7 days: the longest time to the assessment
-- evidenced: provider
-- source: delay at the front door was the pilots' plainest harm; the measure and its seven days are ours
WITH due AS (
    SELECT referral, person, referred_on, CAST(referred_on + $within AS DATE) AS last_day
    FROM referrals
    WHERE referred_on <= $as_of
),
party AS (
    SELECT DISTINCT assessor FROM assessments WHERE assessed_on <= $as_of
),
assessed AS (
    SELECT DISTINCT d.referral, a.assessor
    FROM due d
    JOIN assessments a ON a.person = d.person
    WHERE a.assessed_on >= d.referred_on AND a.assessed_on <= d.last_day AND a.assessed_on <= $as_of
)
SELECT y.assessor AS provider, p.period_from, p.period_until,
       count(a.referral) AS numerator,
       count(*) AS denominator
FROM due d
JOIN periods p ON d.last_day >= p.period_from AND d.last_day < p.period_until
CROSS JOIN party y
LEFT JOIN assessed a ON a.referral = d.referral AND a.assessor = y.assessor
WHERE d.last_day < $as_of
GROUP BY y.assessor, p.period_from, p.period_until
