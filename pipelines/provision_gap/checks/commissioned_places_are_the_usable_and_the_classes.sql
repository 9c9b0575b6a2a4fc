SELECT provision_type, key_stage, primary_need, commissioned_places, usable_places
FROM provision_gap.supply
WHERE
    commissioned_places <> usable_places + not_approved + closed_lot + check_expired + registration + not_open
    OR usable_places < 0
