-- How many people of the cohort were seen sleeping rough?
--
-- One answer for each provider that people were referred to and each settlement period that has begun: people, not sightings,
-- who were referred by the day they were seen. A person referred to several providers is the latest one's.
-- A provider none of whose people was seen is told so with zero.
--
-- grain: quantity
-- unit: person
-- reads: events, referrals
-- source: people seen bedded down in the quarter, London rough sleepers contracts, 2012
WITH sighting AS (
    SELECT event, person, occurred_on FROM events WHERE kind = 'sighting' AND occurred_on <= $as_of
),
listed AS (
    SELECT s.event, s.person, s.occurred_on, r.provider,
           row_number() OVER (PARTITION BY s.event ORDER BY r.referred_on DESC, r.referral DESC) AS nth
    FROM sighting s
    JOIN referrals r ON r.person = s.person AND r.referred_on <= s.occurred_on
),
seen AS (
    SELECT l.provider, p.period_from, count(DISTINCT l.person) AS people
    FROM listed l
    JOIN periods p ON l.occurred_on >= p.period_from AND l.occurred_on < p.period_until
    WHERE l.nth = 1
    GROUP BY l.provider, p.period_from
),
party AS (
    SELECT DISTINCT provider FROM referrals WHERE referred_on <= $as_of
)
SELECT a.provider, p.period_from, p.period_until, coalesce(s.people, 0) AS quantity
FROM party a
CROSS JOIN periods p
LEFT JOIN seen s ON s.provider = a.provider AND s.period_from = p.period_from
WHERE p.period_from <= $as_of
