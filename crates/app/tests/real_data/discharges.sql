-- By region: discharges, completions, what the sample's own flags say improved, and the block by its steps.
WITH told AS (
    SELECT * REPLACE (CASE region WHEN 'US territories' THEN 'territories' ELSE lower(region) END AS region)
    FROM read_csv('{evidence}/discharges.csv.gz', all_varchar = true)
),
counted AS (
    SELECT region, CAST(count(*) AS INT) AS discharges,
           CAST(count(*) FILTER (discharge_reason = 'Treatment completed') AS INT) AS completed,
           CAST(count(*) FILTER (employment_improved = '1') AS INT) AS work,
           CAST(count(*) FILTER (housing_improved = '1') AS INT) AS home,
           CAST(count(*) FILTER (arrests_reduced = '1') AS INT) AS arrests
    FROM told
    GROUP BY 1
)
SELECT *, CASE WHEN completed * 2 >= discharges THEN 100000 WHEN completed * 10 >= discharges * 4 THEN 90000
               WHEN completed * 10 >= discharges * 3 THEN 80000 ELSE 60000 END AS block
FROM counted
