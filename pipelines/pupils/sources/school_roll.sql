SELECT s.upn        AS upn,
       b.base_no    AS urn,
       b.reg_type   AS enrol_status,
       b.date_start AS entered_on,
       b.date_end   AS left_on
FROM stud_base AS b
JOIN stud AS s ON s.stud_id = b.stud_id
ORDER BY b.stud_base_id
