-- Did the household leave the homelessness system for a permanent home, and stay away this long?
--
-- One answer for each household, kind of household (adults, adults and children, children alone, unknown) and settlement year in
-- which it left: its exit to a permanent home, or another exit where it has none. A household is known by its head. Achieved on the
-- day of the exit, or this long after it when it had not come back by the end of that day. A new stay of the same kind of household
-- is coming back.
--
-- grain: outcome
-- unit: household
-- reads: stays, members
-- persons: one by one
-- parameter: within, length, 0 days: how long the household has to stay away
-- parameter: gap, length, 14 days: how soon after an end another stay has to begin for the household never to have left
-- parameter: not_before, length, 15 days: how long after an exit a stay counts as a return; one on the day before is neither
-- parameter: exits_until, date: the first day whose exits are not counted any more, as they cannot be followed
-- evidenced: provider
-- source: exit cohorts and return time of the United States' Longitudinal System Analysis, fiscal year 2026
WITH
year AS (
    SELECT period_from, CASE WHEN period_until < $exits_until THEN period_until ELSE $exits_until END AS counted_until, period_until,
           CASE WHEN period_from = max(period_from) OVER () THEN 1 ELSE 0 END AS latest
    FROM periods
),
-- Stays up to what is known by now: a later end is not known to hold.
stay AS (
    SELECT stay, person, provider, started_on, sent_by, destination, CASE WHEN ended_on <= $as_of THEN ended_on END AS ended_on
    FROM stays
    WHERE started_on <= $as_of
),
present AS (
    SELECT s.stay, s.started_on AS stay_started, s.ended_on AS stay_ended, m.adult_on,
           CASE WHEN m.started_on > s.started_on THEN m.started_on ELSE s.started_on END AS started_on,
           CASE WHEN s.ended_on IS NULL OR m.ended_on < s.ended_on THEN m.ended_on ELSE s.ended_on END AS ended_on
    FROM members m
    JOIN stay s ON s.stay = m.stay
    WHERE (s.ended_on IS NULL OR m.started_on <= s.ended_on) AND (m.ended_on IS NULL OR m.ended_on > s.started_on)
),
-- Ages are those at the start of the year for who was there then, otherwise those on entry. In the latest year that goes for
-- everyone still there; in years before, for those whose membership ended in the year.
aged AS (
    SELECT y.period_from, p.stay, p.adult_on,
           CASE
               WHEN p.stay_ended < y.period_from OR p.stay_started >= y.period_from OR p.started_on >= y.period_from
                    OR p.ended_on < y.period_from
                    OR (y.latest = 0 AND (p.ended_on IS NULL OR p.ended_on >= y.period_until)) THEN p.started_on
               ELSE y.period_from
           END AS on_day
    FROM present p
    CROSS JOIN year y
    WHERE p.stay_ended < y.period_from OR p.stay_started >= y.period_from OR p.ended_on IS NULL OR p.ended_on >= y.period_from
),
made_up AS (
    SELECT period_from, stay, max(CASE WHEN adult_on <= on_day THEN 1 ELSE 0 END) AS adults,
           max(CASE WHEN adult_on > on_day THEN 1 ELSE 0 END) AS children,
           max(CASE WHEN adult_on IS NULL THEN 1 ELSE 0 END) AS unknown
    FROM aged
    GROUP BY period_from, stay
),
kindred AS (
    SELECT m.period_from, s.stay, s.person, s.provider, s.started_on, s.ended_on, s.destination, s.sent_by,
           CASE
               WHEN m.adults = 1 AND m.children = 1 THEN 'adults-and-children'
               WHEN m.adults = 1 AND m.unknown = 0 THEN 'adults'
               WHEN m.children = 1 AND m.adults = 0 AND m.unknown = 0 THEN 'children'
               ELSE 'unknown'
           END AS household
    FROM made_up m
    JOIN stay s ON s.stay = m.stay
),
-- An end is an exit from the system when no other stay of the same kind of household goes on or begins within the gap.
qualifying AS (
    SELECT k.period_from, k.stay, k.person, k.provider, k.household, k.started_on, k.ended_on, k.destination, k.sent_by
    FROM kindred k
    JOIN year y ON y.period_from = k.period_from AND k.ended_on >= y.period_from AND k.ended_on < y.counted_until
    LEFT JOIN kindred o ON o.period_from = k.period_from AND o.person = k.person AND o.household = k.household AND o.stay <> k.stay
        AND o.started_on < CAST(k.ended_on + $gap AS DATE) AND (o.ended_on IS NULL OR o.ended_on > k.ended_on)
    WHERE o.stay IS NULL
),
-- One exit for each household and year: to a permanent home before others, then the earliest.
ranked AS (
    SELECT q.*, row_number() OVER (
               PARTITION BY period_from, person, household
               ORDER BY CASE WHEN destination >= 400 AND destination < 500 THEN 1 WHEN destination >= 100 THEN 2 ELSE 3 END,
                        ended_on, destination, started_on DESC, stay DESC) AS nth
    FROM qualifying q
),
returns AS (
    SELECT r.period_from, r.stay, b.started_on AS returned_on, b.stay AS back, b.sent_by,
           row_number() OVER (PARTITION BY r.period_from, r.stay ORDER BY b.started_on, b.stay) AS nth
    FROM ranked r
    JOIN kindred b ON b.period_from = r.period_from AND b.person = r.person AND b.household = r.household
    WHERE r.nth = 1 AND b.started_on >= CAST(r.ended_on + $not_before AS DATE) AND b.started_on <= CAST(r.ended_on + $within AS DATE)
)
SELECT r.person, r.provider, concat(r.stay, '-', CAST(date_part('year', r.period_from) AS VARCHAR)) AS occurrence,
       CASE
           WHEN r.destination < 400 OR r.destination >= 500 THEN 'not-achieved'
           WHEN b.stay IS NOT NULL THEN 'not-achieved'
           WHEN $as_of < CAST(r.ended_on + $within AS DATE) THEN 'pending'
           ELSE 'achieved'
       END AS standing,
       CASE
           WHEN r.destination >= 400 AND r.destination < 500 AND b.stay IS NULL AND $as_of >= CAST(r.ended_on + $within AS DATE)
               THEN CAST(r.ended_on + $within AS DATE)
       END AS occurred_on,
       concat_ws(' ', concat('stays:', r.stay), CASE WHEN b.stay IS NOT NULL THEN concat('stays:', b.back) END) AS evidence,
       CASE
           WHEN r.destination < 400 OR r.destination >= 500 THEN concat('left for destination ', CAST(r.destination AS VARCHAR))
           WHEN b.stay IS NOT NULL THEN concat('came back on ', CAST(b.returned_on AS VARCHAR))
       END AS reason,
       r.sent_by
FROM ranked r
LEFT JOIN returns b ON b.period_from = r.period_from AND b.stay = r.stay AND b.nth = 1
WHERE r.nth = 1
