-- Reads every column that the contract's measures and bands need, and does as little as can be done with them.
SELECT (SELECT [max(person), max(band), CAST(max(effective_from) AS VARCHAR)] FROM assessments),
       (SELECT [max(person), max(spell), max(provider), max(kind), CAST(max(started_on) AS VARCHAR),
                CAST(max(ended_on) AS VARCHAR), max(end_reason), max(problem1), max(sent_by)] FROM spells),
       (SELECT [max(person), max(review), max(provider), CAST(max(reviewed_on) AS VARCHAR), max(stage), max(item),
                CAST(max(value) AS VARCHAR), max(sent_by)] FROM reviews),
       (SELECT [max(person), max(event), max(provider), max(kind), CAST(max(occurred_on) AS VARCHAR),
                CAST(max(concluded_on) AS VARCHAR), max(outcome), max(sent_by)] FROM events)
