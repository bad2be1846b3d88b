SELECT concat('ctn-', who) AS person, Ab_kosten_1993 AS abstinent, DrE_ctnNinetyFour_2023 = 1 AS dropped_out
FROM read_csv('{shared}/outcomes.csv.gz')
