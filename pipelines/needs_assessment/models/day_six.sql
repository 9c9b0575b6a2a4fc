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
)

SELECT
    academic_year,
    duty,
    coalesce(provision, 'all') AS provision,
    cast(sum(exclusions_due) AS BIGINT) AS exclusions_due,
    cast(sum(exclusions_stricter) AS BIGINT) AS exclusions_stricter
FROM counted
GROUP BY GROUPING SETS ((academic_year, duty, provision), (academic_year, duty))
