-- Three years together, since one alone is too small: a child counts once in each.
WITH children AS (
    SELECT academic_year, ward, sen_provision, count(*) AS pupils_suspended
    FROM activity.exclusion_events
    WHERE stands AND category = 'SUSP' AND nth_in_year = 1
    GROUP BY academic_year, ward, sen_provision
),

years AS (
    SELECT last.academic_year, within.academic_year AS counted_year
    FROM (SELECT DISTINCT academic_year FROM children) AS last
    INNER JOIN (SELECT DISTINCT academic_year FROM children) AS within
        ON
            cast(left(within.academic_year, 4) AS BIGINT)
            BETWEEN cast(left(last.academic_year, 4) AS BIGINT) - 2 AND cast(left(last.academic_year, 4) AS BIGINT)
),

whole_years AS (
    SELECT academic_year FROM years GROUP BY academic_year HAVING count(*) = 3
),

cells AS (
    SELECT
        whole_years.academic_year,
        wards.ward,
        provisions.sen_provision,
        coalesce(sum(children.pupils_suspended), 0) AS pupils_suspended
    FROM whole_years
    CROSS JOIN (SELECT DISTINCT ward FROM children) AS wards
    CROSS JOIN (SELECT DISTINCT sen_provision FROM children) AS provisions
    INNER JOIN years ON whole_years.academic_year = years.academic_year
    LEFT JOIN children
        ON
            years.counted_year = children.academic_year
            AND wards.ward = children.ward
            AND provisions.sen_provision = children.sen_provision
    GROUP BY whole_years.academic_year, wards.ward, provisions.sen_provision
),

reported AS (
    SELECT
        academic_year,
        coalesce(ward, 'all') AS ward,
        coalesce(sen_provision, 'all') AS sen_provision,
        cast(sum(pupils_suspended) AS BIGINT) AS pupils_suspended
    FROM cells
    GROUP BY
        GROUPING SETS (
            (academic_year, ward, sen_provision), (academic_year, ward), (academic_year, sen_provision), (academic_year)
        )
)

SELECT
    reported.*,
    states.period_state,
    states.known_to
FROM reported
LEFT JOIN needs_assessment.series_states AS states
    ON reported.academic_year = states.academic_year AND states.series = 'EXCLUSIONS'
