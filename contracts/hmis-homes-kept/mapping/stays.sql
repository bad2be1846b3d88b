-- A stay is a household's enrolment with a project, told by its head: entry, exit and destination as the government's method reads
-- them, for the report of fiscal year 2026 (to 2026-09-30, looking back to 2018-10-01).
--
-- A night-by-night shelter's stay runs from the first bed night to the day after the last. A stay begins no earlier and ends no later
-- than the project operated and took part. A stay in rapid rehousing that ended on the day the household moved in ends a day later.
WITH
running AS (
    SELECT p.projectid, p.organizationid,
           CASE WHEN p.projecttype = '13' AND p.rrhsubtype = '1' THEN 15 ELSE CAST(p.projecttype AS INT) END AS type,
           CAST(p.operatingstartdate AS DATE) AS starts,
           CASE WHEN CAST(p.operatingenddate AS DATE) <= DATE '2026-09-30' THEN CAST(p.operatingenddate AS DATE) END AS ends
    FROM project p
    JOIN organization o ON o.organizationid = p.organizationid
    WHERE p.datedeleted IS NULL AND p.continuumproject = '1' AND o.victimserviceprovider = '0'
      AND p.projecttype IN ('0', '1', '2', '3', '8', '13') AND (p.projecttype <> '13' OR p.rrhsubtype IN ('1', '2'))
      AND CAST(p.operatingstartdate AS DATE) <= DATE '2026-09-30'
      AND (p.operatingenddate IS NULL
           OR (CAST(p.operatingenddate AS DATE) > CAST(p.operatingstartdate AS DATE) AND CAST(p.operatingenddate AS DATE) > DATE '2018-10-01'))
),
part AS (
    SELECT hmisparticipationid AS part, projectid, hmisparticipationtype AS kind, datedeleted,
           CAST(hmisparticipationstatusstartdate AS DATE) AS starts,
           CAST(hmisparticipationstatusenddate AS DATE) AS said_ends,
           CASE WHEN CAST(hmisparticipationstatusenddate AS DATE) <= DATE '2026-09-30' THEN CAST(hmisparticipationstatusenddate AS DATE) END AS ends
    FROM participation
),
left_on AS (SELECT enrollmentid, CAST(exitdate AS DATE) AS left_on FROM exit WHERE datedeleted IS NULL),
heads AS (
    SELECT householdid, min(enrollmentid) AS enrollmentid
    FROM enrollment
    WHERE datedeleted IS NULL AND relationshiptohoh = '1'
    GROUP BY householdid
    HAVING count(*) = 1
),
whole AS (
    SELECT e.householdid, e.personalid, e.enrollmentid, e.projectid, p.organizationid, p.type,
           CAST(e.entrydate AS DATE) AS entered, CAST(e.moveindate AS DATE) AS moved_in, x.left_on,
           p.starts AS project_starts, p.ends AS project_ends, a.part, a.starts AS part_starts, a.ends AS part_ends
    FROM heads h
    JOIN enrollment e ON e.enrollmentid = h.enrollmentid
    JOIN running p ON p.projectid = e.projectid
    JOIN part a ON a.projectid = e.projectid
    LEFT JOIN left_on x ON x.enrollmentid = e.enrollmentid AND (x.left_on <= p.ends OR p.ends IS NULL)
        AND (x.left_on <= a.ends OR a.ends IS NULL)
    WHERE e.enrollmentcoc = 'XX-501' AND CAST(e.entrydate AS DATE) <= DATE '2026-09-30'
      AND (CAST(e.entrydate AS DATE) < p.ends OR p.ends IS NULL)
      AND (x.left_on IS NULL OR (x.left_on > DATE '2018-10-01' AND x.left_on > CAST(e.entrydate AS DATE)
                                 AND x.left_on > p.starts AND x.left_on > a.starts))
),
-- Where a project took part more than once, the last time that overlaps the stay.
candidate AS (
    SELECT w.enrollmentid, w.part AS of_part, b.part,
           row_number() OVER (PARTITION BY w.enrollmentid, w.part ORDER BY b.starts DESC, b.part) AS nth
    FROM whole w
    JOIN part b ON b.projectid = w.projectid AND b.kind = '1' AND b.datedeleted IS NULL
        AND (b.said_ends IS NULL OR (b.said_ends > DATE '2018-10-01' AND b.said_ends > w.entered))
        AND b.starts <= DATE '2026-09-30' AND (w.left_on > b.starts OR w.left_on IS NULL)
),
chosen AS (
    SELECT w.*
    FROM whole w
    JOIN candidate c ON c.enrollmentid = w.enrollmentid AND c.of_part = w.part AND c.part = w.part AND c.nth = 1
),
nights AS (
    SELECT c.enrollmentid, min(CAST(s.dateprovided AS DATE)) AS first_night, max(CAST(s.dateprovided AS DATE)) AS last_night
    FROM chosen c
    JOIN service s ON s.enrollmentid = c.enrollmentid AND s.recordtype = '200' AND s.datedeleted IS NULL
    WHERE c.type = 1 AND CAST(s.dateprovided AS DATE) >= c.part_starts AND CAST(s.dateprovided AS DATE) >= c.project_starts
      AND CAST(s.dateprovided AS DATE) >= DATE '2018-10-01' AND CAST(s.dateprovided AS DATE) >= c.entered
      AND CAST(s.dateprovided AS DATE) <= DATE '2026-09-30'
      AND (CAST(s.dateprovided AS DATE) < c.left_on OR c.left_on IS NULL)
      AND (CAST(s.dateprovided AS DATE) < c.part_ends OR c.part_ends IS NULL)
      AND (CAST(s.dateprovided AS DATE) < c.project_ends OR c.project_ends IS NULL)
    GROUP BY c.enrollmentid
),
limited AS (
    SELECT c.*, n.first_night, n.last_night,
           CASE WHEN c.part_starts >= c.project_starts THEN c.part_starts ELSE c.project_starts END AS opens,
           CASE
               WHEN c.part_ends <= c.project_ends OR (c.part_ends IS NOT NULL AND c.project_ends IS NULL) THEN c.part_ends
               ELSE c.project_ends
           END AS closes
    FROM chosen c
    LEFT JOIN nights n ON n.enrollmentid = c.enrollmentid
    WHERE c.type <> 1 OR n.last_night IS NOT NULL
),
dated AS (
    SELECT householdid, personalid, enrollmentid, organizationid, type, left_on AS recorded,
           CASE WHEN type = 1 THEN first_night WHEN entered >= opens THEN entered ELSE opens END AS started_on,
           CASE
               WHEN moved_in IS NULL OR moved_in > DATE '2026-09-30' OR type NOT IN (3, 13, 15) OR moved_in < entered
                    OR moved_in >= closes OR moved_in > left_on OR (moved_in = left_on AND type = 3) THEN NULL
               WHEN moved_in >= opens THEN moved_in
               ELSE opens
           END AS moved_in_on,
           CASE
               WHEN type = 1 AND last_night = DATE '2026-09-30' THEN NULL
               WHEN type = 1 AND left_on < DATE '2026-09-30' THEN CAST(CAST(CAST(last_night AS INT) + 1 AS INT) AS DATE)
               WHEN CAST(last_night AS INT) + 90 <= CAST(DATE '2026-09-30' AS INT) THEN CAST(CAST(CAST(last_night AS INT) + 1 AS INT) AS DATE)
               WHEN type IN (13, 15) AND moved_in = left_on AND (closes IS NULL OR moved_in < closes) AND left_on = DATE '2026-09-30' THEN NULL
               WHEN type IN (13, 15) AND moved_in = left_on AND (closes IS NULL OR moved_in < closes) AND left_on < DATE '2026-09-30'
                   THEN CAST(CAST(CAST(left_on AS INT) + 1 AS INT) AS DATE)
               WHEN closes IS NOT NULL AND (left_on IS NULL OR left_on >= closes) THEN closes
               WHEN left_on > DATE '2026-09-30' THEN NULL
               ELSE left_on
           END AS ended_on
    FROM limited
),
told AS (
    SELECT d.householdid, d.personalid, d.organizationid, d.type, d.started_on, d.moved_in_on, d.ended_on, x.destination, x.destinationsubsidytype AS subsidy,
           CAST(x.exitdate AS DATE) AS exited
    FROM dated d
    LEFT JOIN exit x ON x.enrollmentid = d.enrollmentid AND x.datedeleted IS NULL
),
-- Known when it began, without its end; and again on the day after it ended.
known AS (
    SELECT householdid, personalid, organizationid, type, started_on, moved_in_on, NULL AS ended_on, NULL AS destination,
           CAST(started_on AS INT) AS known
    FROM told
    UNION ALL
    SELECT householdid, personalid, organizationid, type, started_on, moved_in_on, ended_on,
           CASE
               WHEN destination IS NULL OR destination IN ('17', '30', '99')
                    OR (exited <> ended_on AND (moved_in_on IS NULL OR moved_in_on <> exited)) THEN 99
               WHEN destination IN ('8', '9') THEN 98
               WHEN destination = '435' AND subsidy IS NULL THEN 99
               WHEN destination = '435' THEN CAST(subsidy AS INT)
               ELSE CAST(destination AS INT)
           END AS destination,
           CAST(ended_on AS INT) + 1 AS known
    FROM told
    WHERE ended_on IS NOT NULL
)
SELECT householdid AS stay, personalid AS person, concat('org-', lower(organizationid)) AS provider,
       CASE type WHEN 0 THEN 'shelter' WHEN 1 THEN 'night-shelter' WHEN 2 THEN 'transitional' WHEN 3 THEN 'supportive'
                 WHEN 8 THEN 'safe-haven' WHEN 13 THEN 'rapid-rehousing' ELSE 'rehousing-services' END AS kind,
       started_on, moved_in_on, ended_on, destination,
       concat('org-', lower(organizationid)) AS sent_by,
       CAST(CAST(known AS INT) AS DATE) AS known_at
FROM known
