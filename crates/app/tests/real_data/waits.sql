-- How often the standard was met or missed by what is published, and what the contract pays the boards.
WITH published AS (SELECT * FROM read_csv('{evidence}/waits.csv')),
quarter AS (
    SELECT health_board, quarter_end, min(estimate) AS share
    FROM published
    WHERE health_board <> 'Scotland'
    GROUP BY 1, 2
)
SELECT (SELECT CAST(count(*) AS INT) FROM published WHERE target_met) AS said_met,
       (SELECT CAST(count(*) AS INT) FROM published WHERE NOT target_met) AS said_missed,
       (SELECT CAST(count(*) AS INT) FROM published WHERE estimate IS NULL) AS empty,
       (SELECT CAST(sum(CASE WHEN share >= 0.9 THEN 25000 WHEN share >= 0.8 THEN 23750 ELSE 22500 END) AS INT) FROM quarter) AS paid
