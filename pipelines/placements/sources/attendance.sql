SELECT placement_ref     AS placement_id,
       week_commencing   AS week_start,
       sessions_possible AS sessions_possible,
       sessions_attended AS sessions_attended
FROM alt_attendance
ORDER BY placement_ref, week_commencing
