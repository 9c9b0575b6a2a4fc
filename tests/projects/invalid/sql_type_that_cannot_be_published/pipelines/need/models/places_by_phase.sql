SELECT
    academic_year,
    coalesce(phase, 'all') AS phase,
    count(*) AS places, INTERVAL '1 day' AS gap
FROM places.places
GROUP BY GROUPING SETS ((academic_year, phase), (academic_year))
