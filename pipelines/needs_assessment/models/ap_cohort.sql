-- One characteristic after another: each child has one value of each.
WITH described AS (
    SELECT
        pupils.academic_year,
        pupils.basis,
        pupils.ap_population AS population,
        characteristics.characteristic,
        CASE characteristics.characteristic
            WHEN 'key_stage' THEN pupils.key_stage
            WHEN 'primary_need' THEN pupils.primary_need
            WHEN 'reason' THEN pupils.reason_group
            WHEN 'route' THEN pupils.route
            WHEN 'sex' THEN pupils.sex
            WHEN 'ethnicity' THEN pupils.ethnicity
            WHEN 'fsm' THEN pupils.fsm
            WHEN 'sen_provision' THEN pupils.sen_provision
            WHEN 'social_care' THEN pupils.social_care
            WHEN 'suspensions_before' THEN pupils.suspensions_before
        END AS value
    FROM needs_assessment.ap_pupils AS pupils
    CROSS JOIN
        (
            VALUES
            ('key_stage'),
            ('primary_need'),
            ('reason'),
            ('route'),
            ('sex'),
            ('ethnicity'),
            ('fsm'),
            ('sen_provision'),
            ('social_care'),
            ('suspensions_before')
        ) AS characteristics (characteristic)
),

counted AS (
    SELECT
        academic_year,
        population,
        characteristic,
        value,
        count(*) FILTER (WHERE basis = 'census_day') AS pupils_on_census_day,
        count(*) FILTER (WHERE basis = 'in_year') AS pupils_in_year
    FROM described
    GROUP BY academic_year, population, characteristic, value
),

years AS (
    SELECT academic_year, bool_or(basis = 'census_day') AS has_census_day
    FROM needs_assessment.ap_pupils
    GROUP BY academic_year
),

cells AS (
    SELECT
        years.academic_year,
        populations.population,
        categories.characteristic,
        categories.value,
        CASE WHEN years.has_census_day THEN coalesce(counted.pupils_on_census_day, 0) END AS pupils_on_census_day,
        coalesce(counted.pupils_in_year, 0) AS pupils_in_year
    FROM years
    CROSS JOIN (VALUES ('STATE_AP'), ('SCHOOL_ARRANGED'), ('LA_FUNDED')) AS populations (population)
    CROSS JOIN (SELECT DISTINCT characteristic, value FROM counted) AS categories
    LEFT JOIN counted
        ON
            years.academic_year = counted.academic_year
            AND populations.population = counted.population
            AND categories.characteristic = counted.characteristic
            AND categories.value = counted.value
),

-- No row adds the populations up: a child may be in more than one of them.
reported AS (
    SELECT
        academic_year,
        population,
        characteristic,
        coalesce(value, 'all') AS value,
        cast(sum(pupils_on_census_day) AS BIGINT) AS pupils_on_census_day,
        cast(sum(pupils_in_year) AS BIGINT) AS pupils_in_year
    FROM cells
    GROUP BY
        GROUPING SETS
        ((academic_year, population, characteristic, value), (academic_year, population, characteristic))
)

SELECT
    reported.*,
    states.period_state,
    states.known_to
FROM reported
LEFT JOIN needs_assessment.series_states AS states
    ON reported.academic_year = states.academic_year AND states.series = 'ATTENDANCE'
