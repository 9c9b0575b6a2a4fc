SELECT f.former_upn    AS former_upn,
       s.upn           AS upn,
       f.kind          AS kind,
       f.date_replaced AS replaced_on
FROM stud_former_upn AS f
JOIN stud AS s ON s.stud_id = f.stud_id
ORDER BY f.former_upn
