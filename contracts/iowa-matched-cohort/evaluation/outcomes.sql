-- Whether a person returned to prison within the window: day 1,095 included.
SELECT r.person, max(CASE WHEN b.event IS NULL THEN 0 ELSE 1 END) AS returned,
       r.released_on, $as_of AS followed_until
FROM releases r
LEFT JOIN events b ON b.person = r.person AND b.kind = 'custody' AND b.occurred_on >= r.released_on
    AND CAST(b.occurred_on AS INT) <= CAST(r.released_on AS INT) + 1095
GROUP BY r.person, r.released_on
