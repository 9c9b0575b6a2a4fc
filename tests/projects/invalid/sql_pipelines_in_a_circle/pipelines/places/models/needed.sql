SELECT academic_year FROM need.places_by_phase
