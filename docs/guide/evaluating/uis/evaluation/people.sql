-- Residents as they were on admission.
SELECT concat('resident-', lpad(id, 3, '0')) AS person, CAST(treat AS INT) AS treated, CAST(age AS DECIMAL(18,6)) AS age,
       CAST(beck AS DECIMAL(18,6)) AS depression, concat('iv-', iv) AS injecting, CAST(ndt AS INT) AS "earlier treatments",
       concat('race-', race) AS race, concat('site-', site) AS site
FROM residents
