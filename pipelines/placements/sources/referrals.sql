SELECT r.request_ref   AS referral_id,
       s.upn           AS upn,
       r.date_referred AS referred_on,
       r.date_panel    AS panel_on,
       r.route         AS route,
       r.need          AS primary_need,
       r.key_stage     AS key_stage,
       r.outcome       AS referral_outcome,
       r.placement_ref AS placement_id,
       r.wanted_type   AS wanted_provision_type,
       r.sessions_wanted AS sessions_wanted,
       r.date_offered  AS offered_on,
       r.reason        AS reason_group,
       r.legal_basis   AS legal_basis
FROM alt_request AS r
JOIN stud AS s ON s.stud_id = r.stud_id
ORDER BY r.request_ref
