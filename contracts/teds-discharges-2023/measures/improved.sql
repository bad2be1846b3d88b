-- Had this domain of life improved between entry to treatment and discharge?
--
-- One answer for every discharge. `work`: in work at discharge, and recorded without work at entry. `home`: recorded homeless at entry,
-- and in dependent or independent living at discharge. `arrests`: arrested in the 30 days before entry, and less often before
-- discharge. Whoever had no such need at entry, or of whom none is recorded, is not asked. What is not recorded at discharge has not
-- improved, unless `empty` says that an empty cell means none.
--
-- grain: outcome
-- unit: person
-- reads: discharges
-- persons: one by one
-- parameter: domain, text: work, home or arrests
-- parameter: empty, text, missing: what an empty number of arrests at discharge is: missing or none
-- evidenced: provider
-- source: ours, after the outcome domains of SAMHSA's Treatment Episode Data Set
WITH told AS (
    SELECT discharge, person, provider, discharged_on, sent_by,
           CASE $domain
               WHEN 'work' THEN CASE WHEN work_at_entry IN ('unemployed', 'not-in-labour-force') THEN 1 ELSE 0 END
               WHEN 'home' THEN CASE WHEN home_at_entry = 'homeless' THEN 1 ELSE 0 END
               WHEN 'arrests' THEN CASE WHEN arrests_at_entry > 0 THEN 1 ELSE 0 END
               ELSE 0
           END AS needed,
           CASE $domain
               WHEN 'work' THEN CASE WHEN work_at_exit IS NULL THEN 'missing' WHEN work_at_exit IN ('full-time', 'part-time') THEN 'better' ELSE 'same' END
               WHEN 'home' THEN CASE WHEN home_at_exit IS NULL THEN 'missing' WHEN home_at_exit <> 'homeless' THEN 'better' ELSE 'same' END
               ELSE CASE
                   WHEN arrests_at_exit IS NULL AND $empty = 'none' THEN 'better'
                   WHEN arrests_at_exit IS NULL THEN 'missing'
                   WHEN arrests_at_exit < arrests_at_entry THEN 'better'
                   ELSE 'same'
               END
           END AS became
    FROM discharges
    WHERE discharged_on <= $as_of
)
SELECT person, provider, discharge AS occurrence,
       CASE WHEN needed = 0 THEN 'not-eligible' WHEN became = 'better' THEN 'achieved' ELSE 'not-achieved' END AS standing,
       CASE WHEN needed = 1 AND became = 'better' THEN discharged_on END AS occurred_on,
       concat('discharges:', discharge) AS evidence,
       CASE
           WHEN needed = 0 THEN concat('no need is recorded at entry: ', $domain)
           WHEN became = 'missing' THEN concat('not recorded at discharge: ', $domain)
           WHEN became = 'same' THEN concat('no better at discharge: ', $domain)
       END AS reason,
       sent_by
FROM told
