-- Counts of England against the sum of its councils, and what each area is paid for counts at least 5% below a line through 2010 and 2012.
WITH published AS (SELECT * FROM read_csv('{evidence}/counts.csv', header = true, nullstr = '')),
long AS (
    SELECT local_authority AS area, CAST(year AS INT) AS year, CAST(people AS DECIMAL(12,1)) AS people
    FROM (UNPIVOT published ON "2010", "2011", "2012", "2013", "2014", "2015", "2016" INTO NAME year VALUE people)
    WHERE ons_code IS NULL
),
line AS (
    SELECT a.area, a.year, a.people, CAST(c.people + (c.people - b.people) / 2 * (a.year - 2012) AS DECIMAL(12,1)) AS path
    FROM long a
    JOIN long b ON b.area = a.area AND b.year = 2010
    JOIN long c ON c.area = a.area AND c.year = 2012
    WHERE a.year >= 2013
),
paid AS (SELECT area, sum(CASE WHEN people * 100 <= path * 95 THEN (path - people) * 500 ELSE 0 END) AS paid FROM line GROUP BY 1)
SELECT (SELECT CAST("2010" AS INT) FROM published WHERE local_authority = 'England') AS england_2010,
       (SELECT CAST("2016" AS INT) FROM published WHERE local_authority = 'England') AS england_2016,
       (SELECT CAST(sum("2010") AS INT) FROM published WHERE ons_code IS NOT NULL) AS councils_2010,
       (SELECT CAST(sum("2016") AS INT) FROM published WHERE ons_code IS NOT NULL) AS councils_2016,
       (SELECT CAST(paid AS INT) FROM paid WHERE area = 'London') AS london,
       (SELECT CAST(paid AS INT) FROM paid WHERE area = 'Rest of England') AS rest
