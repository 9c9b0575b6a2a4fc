SELECT
    academic_year,
    coalesce(phase, 'all') AS phase,
    count(*) AS places, sum(CAST(weekly_cost AS DOUBLE)) AS cost
FROM places.places
GROUP BY GROUPING SETS ((academic_year, phase), (academic_year))
