WITH job AS (
    SELECT client, lower(team) AS provider,
           concat_ws('-', split_part(job_began, '/', 3), split_part(job_began, '/', 2), split_part(job_began, '/', 1)) AS started_on,
           CASE WHEN job_ended <> ''
                THEN concat_ws('-', split_part(job_ended, '/', 3), split_part(job_ended, '/', 2), split_part(job_ended, '/', 1))
           END AS ended_on
    FROM jobs
    WHERE job_began <> ''
)
SELECT concat(client, '-', started_on) AS spell, client AS person, provider, 'employment' AS kind,
       started_on, ended_on, 'advice-desk' AS sent_by, '2025-01-06' AS known_at
FROM job
