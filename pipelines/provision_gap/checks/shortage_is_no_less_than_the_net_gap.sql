SELECT academic_year, provision_type, key_stage, shortage, net_gap
FROM provision_gap.places_by_type_and_key_stage
WHERE shortage < net_gap OR shortage < 0
