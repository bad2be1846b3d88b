-- What share of the people who started treatment had waited no longer than this?
--
-- Of the spells of treatment that began in the settlement period after a referral to the provider: those that began no later
-- than `within` after it. The referral is the latest one before the start that no earlier spell with the provider answers. A
-- start without a referral is in neither number, and people who never started are not seen at all: read it beside them.
--
-- grain: ratio
-- unit: percent
-- reads: referrals, spells
-- numerator: starts of treatment in the period: waited no longer than `within`
-- denominator: starts of treatment in the period: all that followed a referral
-- parameter: within, length, 21 days: the longest wait that counts as in time
-- evidenced: provider
-- source: England's standard of three weeks from referral to treatment
WITH start AS (
    SELECT spell, person, provider, started_on,
           lag(started_on) OVER (PARTITION BY person, provider ORDER BY started_on, spell) AS before_on
    FROM spells
    WHERE kind = 'treatment' AND started_on <= $as_of
),
waited AS (
    SELECT s.spell, s.provider, s.started_on, max(r.referred_on) AS referred_on
    FROM start s
    JOIN referrals r ON r.person = s.person AND r.provider = s.provider
    WHERE r.referred_on <= s.started_on AND (s.before_on IS NULL OR r.referred_on > s.before_on)
    GROUP BY s.spell, s.provider, s.started_on
)
SELECT w.provider, p.period_from, p.period_until,
       sum(CASE WHEN w.started_on <= w.referred_on + $within THEN 1 ELSE 0 END) AS numerator,
       count(*) AS denominator
FROM periods p
JOIN waited w ON w.started_on >= p.period_from AND w.started_on < p.period_until
GROUP BY w.provider, p.period_from, p.period_until
