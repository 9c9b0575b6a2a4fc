-- One pass over the registrations for all ways of looking at them, grouped by their dates before they meet the census
-- days: a child is on the roll for thirteen of them.
WITH viewed AS (
    SELECT
        CASE
            WHEN grouping(urn) = 0 THEN 'school'
            WHEN grouping(sex) = 0 THEN 'sex'
            WHEN grouping(ethnicity) = 0 THEN 'ethnicity'
            ELSE 'ward'
        END AS characteristic,
        coalesce(urn, sex, ethnicity, ward_code) AS value,
        entered_on,
        left_on,
        count(*) AS pupils
    FROM activity.registrations
    GROUP BY
        GROUPING SETS (
            (urn, entered_on, left_on),
            (sex, entered_on, left_on),
            (ethnicity, entered_on, left_on),
            (ward_code, entered_on, left_on)
        )
),

-- The days on which a child with a status was on the roll, grouped in the same way.
held AS (
    SELECT
        status.status,
        status.primary_need,
        greatest(status.started_on, registered.entered_on) AS first_day,
        least(
            coalesce(status.ended_on, DATE '9999-12-31'), coalesce(registered.left_on, DATE '9999-12-31')
        ) AS last_day,
        count(*) AS pupils
    FROM pupils.pupil_status AS status
    INNER JOIN activity.registrations AS registered
        ON
            status.pupil_key = registered.pupil_key
            AND (registered.left_on IS NULL OR status.started_on <= registered.left_on)
            AND (status.ended_on IS NULL OR registered.entered_on <= status.ended_on)
    GROUP BY 1, 2, 3, 4
),

reported AS (
    SELECT
        census.academic_year,
        viewed.characteristic,
        CASE viewed.characteristic
            WHEN 'ethnicity' THEN coalesce(viewed.value, 'NOT_RECORDED')
            WHEN 'ward' THEN coalesce(wards.ward, 'NOT_RECORDED')
            ELSE viewed.value
        END AS value,
        cast(sum(viewed.pupils) AS BIGINT) AS pupils
    FROM viewed
    INNER JOIN activity.census_days AS census
        ON viewed.entered_on <= census.census_on AND (viewed.left_on IS NULL OR viewed.left_on >= census.census_on)
    LEFT JOIN activity.ward_names AS wards ON viewed.value = wards.ward_code AND viewed.characteristic = 'ward'
    GROUP BY 1, 2, 3
    UNION ALL
    SELECT
        census.academic_year,
        'status' AS characteristic,
        held.status || coalesce(':' || held.primary_need, '') AS value,
        cast(sum(held.pupils) AS BIGINT) AS pupils
    FROM held
    INNER JOIN activity.census_days AS census
        ON held.first_day <= census.census_on AND held.last_day >= census.census_on
    GROUP BY census.academic_year, held.status, held.primary_need
)

SELECT
    reported.*,
    states.period_state,
    states.known_to
FROM reported
LEFT JOIN needs_assessment.series_states AS states
    ON reported.academic_year = states.academic_year AND states.series = 'REGISTERS'
