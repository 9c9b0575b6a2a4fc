DELETE FROM places.places
