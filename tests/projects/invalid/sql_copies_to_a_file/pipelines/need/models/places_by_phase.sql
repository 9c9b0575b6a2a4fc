COPY (SELECT * FROM places.places) TO '/tmp/places.csv' STORED AS CSV
