SELECT
    academic_year,
    month,
    count(*) AS school_days
FROM activity.placement_days
GROUP BY academic_year, month
