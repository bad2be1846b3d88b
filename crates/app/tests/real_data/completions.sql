-- What the two blocks come to over the nine years.
WITH published AS (SELECT * FROM read_csv('{evidence}/barnet.csv'))
SELECT (SELECT CAST(sum(CASE WHEN scnr_scrn_allintx * 10 >= scnr_intreatment_allintx THEN 600000
                             WHEN scnr_scrn_allintx * 100 >= scnr_intreatment_allintx * 8 THEN 570000 ELSE 540000 END) AS INT)
        FROM published WHERE drug_group = 'Opiate') AS opiates,
       (SELECT CAST(sum(CASE WHEN waitsfirst_3weeksandunder_newtx * 100
                                  >= (waitsfirst_3weeksandunder_newtx + waitsfirst_3to6weeks_newtx + waitsfirst_over6weeks_newtx) * 95
                             THEN 50000 ELSE 40000 END) AS INT)
        FROM published WHERE drug_group = 'Total') AS access
