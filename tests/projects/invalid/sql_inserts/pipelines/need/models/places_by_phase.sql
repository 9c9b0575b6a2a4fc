INSERT INTO places.places SELECT * FROM places.places
