SELECT
    academic_year,
    coalesce(phase, 'all') AS phase,
    count(*) AS places
FROM places.places WHERE started_on <= current_date
GROUP BY GROUPING SETS ((academic_year, phase), (academic_year))
