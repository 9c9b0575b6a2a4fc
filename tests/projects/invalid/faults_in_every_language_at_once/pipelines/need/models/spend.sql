SELECT weekly_costs FROM places.places
