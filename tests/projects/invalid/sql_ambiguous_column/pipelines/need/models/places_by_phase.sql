SELECT
    academic_year,
    coalesce(phase, 'all') AS phase,
    count(*) AS places
FROM places.places CROSS JOIN places.phases
GROUP BY GROUPING SETS ((academic_year, phase), (academic_year))
