WITH counted AS (
    SELECT
        exclusions.academic_year,
        exclusions.duty,
        states.provision,
        count(*) FILTER (WHERE exclusions.provision = states.provision) AS exclusions_due,
        count(*) FILTER (WHERE exclusions.stricter_provision = states.provision) AS exclusions_stricter
    FROM needs_assessment.day_six_provision AS exclusions
    CROSS JOIN (
        VALUES ('FULL_TIME'), ('PART_TIME'), ('FULL_TIME_LATER'), ('PART_TIME_LATER'), ('NONE')
    ) AS states (provision)
    GROUP BY exclusions.academic_year, exclusions.duty, states.provision
),

reported AS (
    SELECT
        academic_year,
        duty,
        coalesce(provision, 'all') AS provision,
        cast(sum(exclusions_due) AS BIGINT) AS exclusions_due,
        cast(sum(exclusions_stricter) AS BIGINT) AS exclusions_stricter
    FROM counted
    GROUP BY GROUPING SETS ((academic_year, duty, provision), (academic_year, duty))
)

SELECT
    reported.*,
    states.period_state,
    states.known_to
FROM reported
LEFT JOIN needs_assessment.series_states AS states
    ON reported.academic_year = states.academic_year AND states.series = 'SEVERAL'
