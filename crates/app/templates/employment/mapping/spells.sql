SELECT concat(client, '-', job_began) AS spell, client AS person, lower(team) AS provider, 'employment' AS kind,
       job_began AS started_on, CASE WHEN job_ended <> '' THEN job_ended END AS ended_on,
       'assessor' AS sent_by, exported AS known_at
FROM jobs
WHERE job_began <> ''
