-- When they were first arrested; who was not arrested was followed for 52 weeks.
SELECT concat('man-', lpad(source_row, 3, '0')) AS person, CAST(week AS INT) AS week, CAST(arrest AS INT) AS arrested FROM men
