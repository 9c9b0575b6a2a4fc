SELECT p.placement_ref     AS placement_id,
       s.upn               AS upn,
       p.provider_ref      AS provider_id,
       p.population        AS ap_population,
       p.commissioned_by   AS commissioner,
       p.legal_basis       AS legal_basis,
       p.reason            AS reason_group,
       p.need              AS primary_need,
       p.key_stage         AS key_stage,
       p.nc_year           AS nc_year,
       p.association       AS association,
       p.pattern           AS attendance_pattern,
       p.sessions_per_week AS sessions_per_week,
       p.date_start        AS started_on,
       p.date_planned_end  AS planned_end_on,
       p.date_end          AS ended_on,
       p.end_reason        AS end_reason,
       p.order_no          AS po_no,
       p.last_changed      AS updated_at
FROM alt_placement AS p
JOIN stud AS s ON s.stud_id = p.stud_id
ORDER BY p.placement_ref
