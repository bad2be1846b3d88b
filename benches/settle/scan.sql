-- Reads every column that the contract's measures and bands need, and does as little as can be done with them: a hash of
-- each value, since a largest value would be taken from the statistics of the file without reading it.
SELECT (SELECT bit_xor(hash(person, band, effective_from)) FROM assessments),
       (SELECT bit_xor(hash(person, spell, provider, kind, started_on, ended_on, end_reason, problem1, sent_by)) FROM spells),
       (SELECT bit_xor(hash(person, review, provider, reviewed_on, stage, item, value, sent_by)) FROM reviews),
       (SELECT bit_xor(hash(person, event, provider, kind, occurred_on, concluded_on, outcome, sent_by)) FROM events)
