-- The words of the accommodation service: levels, the outcomes that were first inserted, and the prime providers of the contracts let from 2021.
WITH accommodation AS (SELECT id FROM read_csv('{shared}/service-categories.csv', all_varchar = true) WHERE name = 'Accommodation')
SELECT 'level' AS kind, concat(title, ': ', description) AS words
FROM read_csv('{shared}/complexity-levels.csv', all_varchar = true)
WHERE service_category_id IN (SELECT id FROM accommodation)
UNION ALL
SELECT 'outcome', description
FROM read_csv('{shared}/desired-outcomes.csv', all_varchar = true)
WHERE service_category_id IN (SELECT id FROM accommodation) AND deprecated_at IS NULL
UNION ALL
SELECT 'cites', concat('desired outcome ', id)
FROM read_csv('{shared}/desired-outcomes.csv', all_varchar = true)
WHERE service_category_id IN (SELECT id FROM accommodation) AND deprecated_at IS NULL
UNION ALL
SELECT DISTINCT 'prime', replace(lower(prime), '_', '-')
FROM read_csv('{shared}/contracts.csv', all_varchar = true)
WHERE contract_type_id = 'ACC' AND visible_from = '2021-01-01'
