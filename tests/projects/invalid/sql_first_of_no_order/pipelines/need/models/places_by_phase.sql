SELECT
    academic_year,
    coalesce(phase, 'all') AS phase,
    count(*) AS places, first_value(place_id) AS example
FROM places.places
GROUP BY GROUPING SETS ((academic_year, phase), (academic_year))
