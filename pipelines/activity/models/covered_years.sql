-- Placements from before the records begin are those that lasted: of a year whose first weeks have no attendance
-- nothing can be counted.
SELECT
    years.academic_year,
    years.first_year,
    years.starts_on,
    years.ends_on,
    years.census_on,
    known.last_day
FROM activity.academic_years AS years
CROSS JOIN (
    SELECT min(week_start) AS first_week, max(week_start) + INTERVAL '4 days' AS last_day
    FROM placements.attendance
) AS known
WHERE years.starts_on <= known.last_day AND years.starts_on + INTERVAL '31 days' >= known.first_week
