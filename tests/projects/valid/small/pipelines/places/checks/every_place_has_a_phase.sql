SELECT place_id FROM places WHERE phase IS NULL
