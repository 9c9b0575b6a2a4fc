-- Who was on a roll of the area in one January and on none in the next, by where they are known to be.
WITH census AS (
    SELECT academic_year, census_on, first_year FROM activity.census_days
),

-- The years in which each pupil was in year 10 and year 11, by age: equal joins only.
year_tens AS (
    SELECT pupils.pupil_key, census.academic_year, census.first_year, census.census_on
    FROM pupils.pupils AS pupils
    INNER JOIN census ON pupils.birth_academic_year + 15 = census.first_year
),

on_roll AS (
    SELECT DISTINCT roll.pupil_key, year_tens.first_year
    FROM pupils.school_roll AS roll
    INNER JOIN year_tens ON roll.pupil_key = year_tens.pupil_key
    INNER JOIN reference.schools AS schools ON roll.urn = schools.urn
    WHERE
        roll.enrol_status IN ('C', 'M')
        AND schools.phase IN ('primary', 'secondary', 'special')
        AND roll.entered_on <= year_tens.census_on
        AND (roll.left_on IS NULL OR roll.left_on >= year_tens.census_on)
),

still_there AS (
    SELECT DISTINCT roll.pupil_key
    FROM on_roll
    INNER JOIN pupils.school_roll AS roll ON on_roll.pupil_key = roll.pupil_key
    INNER JOIN census ON on_roll.first_year + 1 = census.first_year
    WHERE
        roll.enrol_status IN ('C', 'M')
        AND roll.entered_on <= census.census_on
        AND (roll.left_on IS NULL OR roll.left_on >= census.census_on)
),

year_ten_leavers AS (
    SELECT
        next_census.academic_year,
        count(*) AS base,
        count(*) FILTER (WHERE still_there.pupil_key IS NULL) AS events
    FROM on_roll
    INNER JOIN census AS next_census ON on_roll.first_year + 1 = next_census.first_year
    LEFT JOIN still_there ON on_roll.pupil_key = still_there.pupil_key
    GROUP BY next_census.academic_year
),

flows AS (
    SELECT
        academic_year,
        starts AS all_starts,
        starts_after_exclusion,
        starts_after_third_suspension,
        starts_in_years_9_to_11
    FROM needs_assessment.home_education_flows
),

years_9_to_11 AS (
    SELECT academic_year, cast(sum(pupils) AS BIGINT) AS base
    FROM activity.january_roll
    WHERE nc_year BETWEEN 9 AND 11
    GROUP BY academic_year
),

-- Back on the roll of the school that they left, within a term (120 days) of the start at home.
returned AS (
    SELECT DISTINCT episodes.episode_id, days.academic_year
    FROM outcomes.home_education AS episodes
    INNER JOIN reference.days AS days ON episodes.started_on - 1 = days.calendar_date
    INNER JOIN pupils.school_roll AS before
        ON
            episodes.pupil_key = before.pupil_key
            AND before.left_on <= episodes.started_on
            AND before.left_on >= episodes.started_on - INTERVAL '60 days'
    INNER JOIN pupils.school_roll AS after
        ON
            episodes.pupil_key = after.pupil_key
            AND before.urn = after.urn
            AND after.entered_on > episodes.started_on
            AND after.entered_on <= episodes.started_on + INTERVAL '120 days'
),

returns AS (
    SELECT academic_year, count(*) AS events FROM returned GROUP BY academic_year
),

signals AS (
    SELECT academic_year, 'YEAR_10_NOT_IN_YEAR_11' AS signal, events, base FROM year_ten_leavers
    UNION ALL
    SELECT academic_year, 'HOME_AFTER_EXCLUSION' AS signal, starts_after_exclusion AS events, all_starts AS base
    FROM flows
    UNION ALL
    SELECT
        academic_year, 'HOME_AFTER_THIRD_SUSPENSION' AS signal, starts_after_third_suspension AS events, all_starts AS base
    FROM flows
    UNION ALL
    SELECT flows.academic_year, 'HOME_IN_YEARS_9_TO_11' AS signal, flows.starts_in_years_9_to_11 AS events, years_9_to_11.base
    FROM flows
    INNER JOIN years_9_to_11 ON flows.academic_year = years_9_to_11.academic_year
    UNION ALL
    SELECT flows.academic_year, 'BACK_WITHIN_A_TERM' AS signal, coalesce(returns.events, 0) AS events, flows.all_starts AS base
    FROM flows
    LEFT JOIN returns ON flows.academic_year = returns.academic_year
),

reported AS (
    SELECT
        academic_year,
        signal,
        events,
        base
    FROM signals
)

SELECT
    reported.*,
    states.period_state,
    states.known_to
FROM reported
LEFT JOIN needs_assessment.series_states AS states
    ON reported.academic_year = states.academic_year AND states.series = 'SEVERAL'
