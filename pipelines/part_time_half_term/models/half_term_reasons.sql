SELECT
    terms.academic_year || '-' || terms.term AS half_term,
    coalesce(timetables.reason, 'all') AS reason,
    count(*) AS begun
FROM (
    SELECT *, coalesce(lead(starts_on) OVER (ORDER BY starts_on) - 1, ends_on) AS last_day
    FROM reference.term_dates
) AS terms
INNER JOIN placements.part_time_timetables AS timetables
    ON timetables.started_on >= terms.starts_on AND timetables.started_on <= terms.last_day
INNER JOIN reference.schools AS schools
    ON timetables.urn = schools.urn AND schools.phase IN ('primary', 'secondary', 'special')
WHERE terms.last_day < $as_of
GROUP BY GROUPING SETS ((terms.academic_year, terms.term, timetables.reason), (terms.academic_year, terms.term))
