CREATE TABLE stolen AS SELECT * FROM places.places
