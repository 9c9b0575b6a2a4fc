-- A place bought in block without a rate would cost £0, and its payments would look like too much.
SELECT provider_id, academic_year, key_stage, places
FROM commissioning.commissioned_places
WHERE basis = 'BLOCK' AND places > 0 AND place_rate IS NULL
