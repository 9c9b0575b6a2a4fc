SELECT
    academic_year,
    coalesce(phase, 'all') AS phase,
    count(*) AS places
FROM need.places_by_phase
GROUP BY GROUPING SETS ((academic_year, phase), (academic_year))
