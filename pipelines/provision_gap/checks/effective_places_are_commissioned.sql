SELECT provision_type, key_stage, primary_need, commissioned_places, effective_places
FROM provision_gap.supply
WHERE effective_places > commissioned_places
