-- Did a person who was referred start on the programme?
--
-- One answer for every referral, achieved on the day of the first meeting with the provider that the person came to, from
-- the day of the referral on and before the next referral to the same provider.
--
-- grain: outcome
-- unit: person
-- reads: referrals, contacts
-- persons: one by one
-- evidenced: provider
-- source: attachment fee of the Work Programme, 2011; that the first meeting is the start is ours
WITH referred AS (
    SELECT referral, person, provider, referred_on, sent_by,
           lead(referred_on) OVER (PARTITION BY person, provider ORDER BY referred_on, referral) AS next_on
    FROM referrals
),
met AS (
    SELECT r.referral, c.contacted_on, c.sent_by, concat('contacts:', c.contact) AS identity,
           row_number() OVER (PARTITION BY r.referral ORDER BY c.contacted_on, c.contact) AS nth
    FROM referred r
    JOIN contacts c ON c.person = r.person AND c.provider = r.provider
    WHERE c.attended AND c.contacted_on >= r.referred_on AND c.contacted_on <= $as_of
      AND (r.next_on IS NULL OR c.contacted_on < r.next_on)
)
SELECT r.person, r.provider, r.referral AS occurrence,
       CASE
           WHEN m.referral IS NOT NULL THEN 'achieved'
           WHEN r.next_on <= $as_of THEN 'not-achieved'
           ELSE 'pending'
       END AS standing,
       m.contacted_on AS occurred_on,
       concat_ws(' ', concat('referrals:', r.referral), m.identity) AS evidence,
       CASE WHEN m.referral IS NULL AND r.next_on <= $as_of THEN 'was referred again without having come' END AS reason,
       coalesce(m.sent_by, r.sent_by) AS sent_by
FROM referred r
LEFT JOIN met m ON m.referral = r.referral AND m.nth = 1
