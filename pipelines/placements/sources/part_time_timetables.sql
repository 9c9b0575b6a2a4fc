SELECT t.timetable_ref    AS timetable_id,
       s.upn              AS upn,
       t.base_no          AS urn,
       t.nc_year          AS nc_year,
       t.date_start       AS started_on,
       t.date_planned_end AS planned_end_on,
       t.date_end         AS ended_on,
       t.date_review_due  AS review_due_on,
       t.date_reviewed    AS reviewed_on,
       t.hours_offered    AS hours_offered,
       t.hours_full       AS hours_full,
       t.reason           AS reason,
       t.parent_agreed    AS parent_agreed,
       t.plan_held        AS has_plan,
       t.date_notified    AS notified_on
FROM reduced_timetable AS t
JOIN stud AS s ON s.stud_id = t.stud_id
ORDER BY t.timetable_ref
