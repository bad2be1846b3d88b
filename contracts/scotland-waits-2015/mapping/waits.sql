-- One row for each health board and quarter. Scotland as a whole is no provider. Two quarters stand there twice with different shares
-- (Highland, end of 2020; Grampian, mid 2022). Ours: the lower one is taken. Ours: known two months after the quarter.
WITH once AS (
    SELECT health_board, CAST(quarter_end AS DATE) AS ends, min(CAST(estimate AS DECIMAL(9,6))) AS share
    FROM published
    WHERE health_board <> 'Scotland'
    GROUP BY health_board, quarter_end
)
SELECT replace(lower(health_board), ' ', '-') AS provider,
       CAST(CAST(CAST(CAST(ends AS INT) + 1 AS INT) AS DATE) - INTERVAL '3' MONTH AS DATE) AS quarter_from,
       CAST(CAST(CAST(ends AS INT) + 1 AS INT) AS DATE) AS quarter_until,
       share, 'public-health-scotland' AS sent_by,
       CAST(CAST(CAST(CAST(ends AS INT) + 1 AS INT) AS DATE) + INTERVAL '2' MONTH AS DATE) AS known_at
FROM once
