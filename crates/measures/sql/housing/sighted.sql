-- Was the person seen sleeping rough?
--
-- One answer for every sighting, achieved on its day: the breach that a ladder of settled accommodation counts. It is the
-- provider's who had the person on its list that day: the one of the latest referral; a sighting of a person without a
-- referral is the provider's who is named in it.
--
-- grain: outcome
-- unit: sighting
-- reads: events, referrals
-- persons: one by one
-- source: bedded-down sightings of the London rough sleepers contracts, 2012
WITH sighting AS (
    SELECT event, person, provider, occurred_on, sent_by
    FROM events
    WHERE kind = 'sighting' AND occurred_on <= $as_of
),
listed AS (
    SELECT s.event, r.provider,
           row_number() OVER (PARTITION BY s.event ORDER BY r.referred_on DESC, r.referral DESC) AS nth
    FROM sighting s
    JOIN referrals r ON r.person = s.person AND r.referred_on <= s.occurred_on
)
SELECT s.person, coalesce(l.provider, s.provider) AS provider, s.event AS occurrence, 'achieved' AS standing,
       s.occurred_on, concat('events:', s.event) AS evidence, s.sent_by
FROM sighting s
LEFT JOIN listed l ON l.event = s.event AND l.nth = 1
WHERE coalesce(l.provider, s.provider) IS NOT NULL
