DROP TABLE places.places
