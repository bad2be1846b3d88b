-- On which days was the person seen to live in a home?
--
-- One answer for each document, which proves the time since the one before; its type stands behind its identity.
--
-- grain: outcome
-- unit: stretch
-- reads: documents
-- persons: one by one
-- source: ours
SELECT person, provider, document AS occurrence, 'achieved' AS standing, proves_from AS occurred_on, proves_until AS until_on,
       concat('documents:', document, '=', kind) AS evidence, sent_by
FROM documents
WHERE proves_until <= $as_of
