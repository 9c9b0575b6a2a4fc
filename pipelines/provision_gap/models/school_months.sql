WITH reported AS (
    SELECT
        academic_year,
        month,
        count(*) AS school_days
    FROM activity.placement_days
    GROUP BY academic_year, month
)

SELECT
    reported.*,
    states.period_state,
    states.known_to
FROM reported
LEFT JOIN activity.academic_states AS states ON reported.academic_year = states.academic_year
