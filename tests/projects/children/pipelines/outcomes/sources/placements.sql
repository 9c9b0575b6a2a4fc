SELECT placement_id, upn, provider_id, cost, changed_on FROM placement ORDER BY placement_id
