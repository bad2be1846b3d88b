-- One row for each randomised person: the arm, the days, the band, and the weekly urine tests as a word. `-` is a week of
-- negative tests, `+` a positive week, `*` one with both and `o` a week without a test.
CREATE TABLE person AS
WITH first AS (SELECT who, treatment, CAST("when" AS INTEGER) AS day FROM read_csv('{evidence}/randomization.csv.gz') WHERE "which" = 1),
second AS (SELECT who, CAST("when" AS INTEGER) AS day FROM read_csv('{evidence}/randomization.csv.gz') WHERE "which" = 2),
turn AS (
    SELECT who, site_masked AS site, row_number() OVER (PARTITION BY site_masked ORDER BY who) - 1 AS weeks
    FROM read_csv('{evidence}/site_masked.csv.gz')
    WHERE who IN (SELECT who FROM read_csv('{evidence}/everybody.csv.gz'))
)
SELECT f.who, concat('ctn-', f.who) AS person, t.site, f.treatment AS arm, DATE '2010-01-04' + CAST(7 * t.weeks AS INTEGER) AS consented,
       f.day AS first, CASE WHEN e.project = 27 THEN 168 ELSE coalesce(s.day + 168, f.day + 98) END AS last
FROM first f
JOIN turn t USING (who)
JOIN read_csv('{evidence}/everybody.csv.gz') e USING (who)
LEFT JOIN second s USING (who);

CREATE TABLE visited AS
SELECT DISTINCT who, CAST("when" AS INTEGER) AS day FROM read_csv('{evidence}/visit.csv.gz') WHERE what IN ('visit', 'final') AND "when" IS NOT NULL;

CREATE TABLE opioid AS
SELECT DISTINCT who, CAST("when" AS INTEGER) AS day FROM read_csv('{evidence}/uds.csv.gz') WHERE what IN ('Opioid', 'Methadone', 'Buprenorphine');

CREATE TABLE word AS
WITH day AS (SELECT who, first, unnest(generate_series(first, last)) AS day FROM person),
said AS (
    SELECT d.who, (d.day - d.first) // 7 AS week, bool_or(o.day IS NOT NULL) AS positive,
           bool_or(o.day IS NULL AND v.day IS NOT NULL) AS negative
    FROM day d
    LEFT JOIN opioid o ON o.who = d.who AND o.day = d.day
    LEFT JOIN visited v ON v.who = d.who AND v.day = d.day
    GROUP BY ALL
)
SELECT who, string_agg(CASE WHEN positive AND negative THEN '*' WHEN positive THEN '+' WHEN negative THEN '-' ELSE 'o' END, '' ORDER BY week) AS word
FROM said
GROUP BY who;
