SELECT place_id FROM places WHERE phas IS NULL
