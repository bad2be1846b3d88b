-- How much did the person earn, and over which days?
--
-- One answer for each stretch of days that earnings are recorded for; earnings of a single day are those of that day. Those
-- that nobody names a provider for are the latest provider's to whom the person had been referred by their first day.
--
-- grain: quantity
-- unit: money
-- reads: events, referrals
-- persons: one by one
-- source: earnings of the Work and Health Programme, which the payer read in the records of the tax authority
WITH earned AS (
    SELECT e.event, e.person, e.provider, e.quantity, e.occurred_on AS period_from,
           coalesce(e.until_on, CAST(e.occurred_on + INTERVAL '1' DAY AS DATE)) AS period_until
    FROM events e
    WHERE e.kind = 'earnings' AND e.quantity IS NOT NULL AND e.occurred_on <= $as_of
),
referred AS (
    SELECT e.event, r.provider,
           row_number() OVER (PARTITION BY e.event ORDER BY r.referred_on DESC, r.referral) AS nth
    FROM earned e
    JOIN referrals r ON r.person = e.person
    WHERE r.referred_on <= e.period_from
),
whose AS (
    SELECT e.event, e.person, coalesce(e.provider, r.provider) AS provider, e.period_from, e.period_until, e.quantity
    FROM earned e
    LEFT JOIN referred r ON r.event = e.event AND r.nth = 1
)
SELECT person, provider, period_from, period_until, sum(quantity) AS quantity,
       string_agg(concat('events:', event), ' ' ORDER BY event) AS evidence
FROM whose
WHERE provider IS NOT NULL AND period_until > period_from
  AND period_until <= CAST($as_of + INTERVAL '1' DAY AS DATE)
GROUP BY person, provider, period_from, period_until
