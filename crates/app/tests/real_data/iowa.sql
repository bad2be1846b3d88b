-- Returns averted in each district, by any return and by new offences alone, and what they are worth.
WITH release AS (
    SELECT "Main Supervising District" AS district, "Fiscal Year Released" = 2012 AS later, "Recidivism Type" AS kind
    FROM read_csv('{shared}/iowa-releases-fy2010-2012.csv.gz')
    WHERE "Main Supervising District" LIKE '_JD'
),
counted AS (
    SELECT district, definition,
           count(*) FILTER (NOT later) AS before, count(*) FILTER (NOT later AND kind IN kinds) AS before_returned,
           count(*) FILTER (later) AS people, count(*) FILTER (later AND kind IN kinds) AS returned
    FROM release
    CROSS JOIN (VALUES ('any-return', ['New', 'Tech']), ('new-offence', ['New'])) AS failing(definition, kinds)
    GROUP BY ALL
)
SELECT definition AS clause, concat('district-', district[1]) AS provider, before, before_returned, people, returned,
       -- 5% below the years before, without a division; the price is 9,000 a return.
       CASE WHEN 100 * returned * before <= 95 * before_returned * people
            THEN CAST(round(100 * 9000 * (before_returned * people - returned * before) / before) AS INTEGER) ELSE 0 END AS cents
FROM counted
ORDER BY ALL
