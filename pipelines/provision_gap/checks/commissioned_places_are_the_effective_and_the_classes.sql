SELECT provision_type, key_stage, primary_need, commissioned_places, effective_places
FROM provision_gap.supply
WHERE
    commissioned_places <> effective_places + not_approved + closed_lot + check_expired + registration + not_open
    OR effective_places < 0
