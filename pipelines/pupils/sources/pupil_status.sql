-- Social care's flags come to the case system every night; names stay there.
SELECT s.upn        AS upn,
       h.status     AS status,
       h.need       AS need,
       h.date_start AS date_start,
       h.date_end   AS date_end
FROM (
    SELECT stud_id, 'FSM' AS status, NULL AS need, date_start, date_end FROM stud_fsm
    UNION ALL
    SELECT stud_id, 'PP', NULL, date_start, date_end FROM stud_premium
    UNION ALL
    SELECT stud_id, 'SEN ' || provision, need, date_start, date_end FROM stud_sen
    UNION ALL
    SELECT stud_id, flag, NULL, date_start, date_end FROM social_care_flag
) AS h
JOIN stud AS s ON s.stud_id = h.stud_id
ORDER BY h.stud_id, h.status, h.date_start
