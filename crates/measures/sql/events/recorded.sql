-- Is this recorded of the person?
--
-- One answer for every event of the kind, achieved on its day. Where `detail` is given only events with that detail count. The
-- provider is the one named in the event, otherwise the one of the person's latest referral by that day.
--
-- grain: outcome
-- unit: event
-- reads: events, referrals
-- persons: one by one
-- parameter: kind, text: the kind of event, as the code list names it
-- parameter: detail, text, any: what the event's detail has to say, or any
-- evidenced: provider
-- source: rate cards that pay for a documented event
WITH told AS (
    SELECT event, person, provider, occurred_on, sent_by
    FROM events
    WHERE kind = $kind AND occurred_on <= $as_of AND ($detail = 'any' OR detail = $detail)
),
listed AS (
    SELECT t.event, r.provider,
           row_number() OVER (PARTITION BY t.event ORDER BY r.referred_on DESC, r.referral DESC) AS nth
    FROM told t
    JOIN referrals r ON r.person = t.person AND r.referred_on <= t.occurred_on
)
SELECT t.person, coalesce(t.provider, l.provider) AS provider, t.event AS occurrence, 'achieved' AS standing,
       t.occurred_on, concat('events:', t.event) AS evidence, t.sent_by
FROM told t
LEFT JOIN listed l ON l.event = t.event AND l.nth = 1
WHERE coalesce(t.provider, l.provider) IS NOT NULL
