SELECT
    week,
    count(*) AS schools,
    count(*) FILTER (WHERE active >= 5) AS schools_with_five
FROM part_time_timetables.part_time_by_school
WHERE urn <> 'all' AND active > 0
GROUP BY week
