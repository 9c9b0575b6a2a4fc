WITH census AS (
    SELECT census.academic_year, census.census_on, census.first_year
    FROM activity.census_days AS census
    INNER JOIN needs_assessment.home_education_flows AS flows ON census.academic_year = flows.academic_year
),

spells AS (
    SELECT roll.pupil_key, roll.urn, roll.entered_on, roll.left_on
    FROM pupils.school_roll AS roll
    INNER JOIN reference.schools AS schools ON roll.urn = schools.urn
    WHERE roll.enrol_status IN ('C', 'M') AND schools.phase = 'secondary'
),

-- Registrations are grouped by their dates before they meet the census days.
registered AS (
    SELECT urn, entered_on, left_on, count(*) AS pupils FROM spells GROUP BY urn, entered_on, left_on
),

roll AS (
    SELECT census.first_year, registered.urn, cast(sum(registered.pupils) AS BIGINT) AS pupils
    FROM registered
    INNER JOIN census
        ON
            registered.entered_on <= census.census_on
            AND (registered.left_on IS NULL OR registered.left_on >= census.census_on)
    GROUP BY census.first_year, registered.urn
),

-- Who was in year 10 in the January before, by age, and at which school.
year_tens AS (
    SELECT DISTINCT spells.pupil_key, spells.urn, census.first_year + 1 AS first_year
    FROM pupils.pupils AS pupils
    INNER JOIN census ON pupils.birth_academic_year + 15 = census.first_year
    INNER JOIN spells ON pupils.pupil_key = spells.pupil_key
    WHERE spells.entered_on <= census.census_on AND (spells.left_on IS NULL OR spells.left_on >= census.census_on)
),

still_there AS (
    SELECT DISTINCT year_tens.pupil_key, year_tens.first_year
    FROM year_tens
    INNER JOIN pupils.school_roll AS later ON year_tens.pupil_key = later.pupil_key
    INNER JOIN census ON year_tens.first_year = census.first_year
    WHERE
        later.enrol_status IN ('C', 'M')
        AND later.entered_on <= census.census_on
        AND (later.left_on IS NULL OR later.left_on >= census.census_on)
),

left_after_year_ten AS (
    SELECT
        year_tens.first_year,
        year_tens.urn,
        count(*) AS base,
        count(*) FILTER (WHERE still_there.pupil_key IS NULL) AS events
    FROM year_tens
    INNER JOIN census ON year_tens.first_year = census.first_year
    LEFT JOIN still_there
        ON year_tens.pupil_key = still_there.pupil_key AND year_tens.first_year = still_there.first_year
    GROUP BY year_tens.first_year, year_tens.urn
),

-- Home education that began within sixty days of the day on which the child left the school.
went_home AS (
    SELECT
        days.academic_start AS first_year,
        spells.urn,
        count(DISTINCT episodes.episode_id) AS events
    FROM outcomes.home_education AS episodes
    INNER JOIN reference.days AS days ON episodes.started_on - 1 = days.calendar_date
    INNER JOIN spells ON episodes.pupil_key = spells.pupil_key
    WHERE spells.left_on <= episodes.started_on AND episodes.started_on - spells.left_on <= 60
    GROUP BY 1, spells.urn
),

-- Who left before the summer, up to year 11.
leavers AS (
    SELECT
        spells.pupil_key,
        spells.urn,
        spells.left_on,
        days.academic_start AS first_year
    FROM spells
    INNER JOIN reference.days AS days ON spells.left_on = days.calendar_date
    INNER JOIN pupils.pupils AS pupils ON spells.pupil_key = pupils.pupil_key
    WHERE
        date_part('month', spells.left_on) NOT IN (7, 8)
        AND days.academic_start - pupils.birth_academic_year - 5 <= 11
        AND NOT (
            date_part('month', spells.left_on) = 6
            AND days.academic_start - pupils.birth_academic_year - 5 = 11
        )
),

-- A roll, home education or a placement within ten school days, or a permanent exclusion that explains the leaving.
destinations AS (
    SELECT leavers.pupil_key, leavers.left_on
    FROM leavers
    INNER JOIN pupils.school_roll AS later ON leavers.pupil_key = later.pupil_key
    WHERE
        later.enrol_status IN ('C', 'M')
        AND later.entered_on - leavers.left_on <= 14
        AND (later.left_on IS NULL OR later.left_on > leavers.left_on)
    UNION ALL
    SELECT leavers.pupil_key, leavers.left_on
    FROM leavers
    INNER JOIN outcomes.home_education AS episodes ON leavers.pupil_key = episodes.pupil_key
    WHERE
        episodes.started_on - leavers.left_on <= 14
        AND (episodes.ended_on IS NULL OR episodes.ended_on > leavers.left_on)
    UNION ALL
    SELECT leavers.pupil_key, leavers.left_on
    FROM leavers
    INNER JOIN placements.placements AS placements ON leavers.pupil_key = placements.pupil_key
    WHERE
        placements.started_on - leavers.left_on <= 14
        AND (placements.ended_on IS NULL OR placements.ended_on > leavers.left_on)
    UNION ALL
    SELECT leavers.pupil_key, leavers.left_on
    FROM leavers
    INNER JOIN outcomes.exclusions AS exclusions ON leavers.pupil_key = exclusions.pupil_key
    WHERE
        exclusions.category = 'PERM'
        AND leavers.left_on >= exclusions.started_on
        AND leavers.left_on - exclusions.started_on <= 60
),

known AS (
    SELECT DISTINCT pupil_key, left_on FROM destinations
),

without_destination AS (
    SELECT leavers.first_year, leavers.urn, count(*) AS events
    FROM leavers
    LEFT JOIN known ON leavers.pupil_key = known.pupil_key AND leavers.left_on = known.left_on
    WHERE known.pupil_key IS NULL
    GROUP BY leavers.first_year, leavers.urn
),

signals AS (
    SELECT first_year, urn, 'YEAR_10_NOT_IN_YEAR_11' AS signal, events, base FROM left_after_year_ten
    UNION ALL
    SELECT roll.first_year, roll.urn, 'HOME_EDUCATION' AS signal, coalesce(went_home.events, 0) AS events, roll.pupils
    FROM roll
    LEFT JOIN went_home ON roll.first_year = went_home.first_year AND roll.urn = went_home.urn
    UNION ALL
    SELECT
        roll.first_year,
        roll.urn,
        'NO_DESTINATION' AS signal,
        coalesce(without_destination.events, 0) AS events,
        roll.pupils
    FROM roll
    LEFT JOIN without_destination
        ON roll.first_year = without_destination.first_year AND roll.urn = without_destination.urn
),

sums AS (
    SELECT
        *,
        sum(events) OVER (PARTITION BY first_year, signal) AS all_events,
        sum(base) OVER (PARTITION BY first_year, signal) AS all_base
    FROM signals
),

-- Above the upper 95 per cent limit of a funnel: p + 1.96 √(p(1 − p) ∕ n), both sides squared to stay in whole numbers.
marked AS (
    SELECT
        first_year,
        urn,
        cast(events AS DOUBLE) * all_base > cast(base AS DOUBLE) * all_events
        AND power(cast(events AS DOUBLE) * all_base - cast(base AS DOUBLE) * all_events, 2)
        > 3.8416 * cast(base AS DOUBLE) * all_events * (all_base - all_events) AS is_outlier
    FROM sums
),

schools AS (
    SELECT first_year, urn, count(*) FILTER (WHERE is_outlier) AS outlying
    FROM marked
    GROUP BY first_year, urn
),

followed AS (
    SELECT
        first_year,
        outlying,
        lag(outlying) OVER (PARTITION BY urn ORDER BY first_year) AS outlying_before,
        lag(first_year) OVER (PARTITION BY urn ORDER BY first_year) AS year_before
    FROM schools
),

reported AS (
    SELECT
        cast(first_year AS VARCHAR) || '-' || right(cast(first_year + 1 AS VARCHAR), 2) AS academic_year,
        count(*) AS schools,
        count(*) FILTER (WHERE outlying = 1) AS with_one_signal,
        count(*) FILTER (WHERE outlying >= 2) AS with_two_or_more,
        count(*) FILTER (WHERE outlying >= 2 AND outlying_before >= 2 AND year_before = first_year - 1) AS in_two_years
    FROM followed
    GROUP BY first_year
)

SELECT
    reported.*,
    states.period_state,
    states.known_to
FROM reported
LEFT JOIN needs_assessment.series_states AS states
    ON reported.academic_year = states.academic_year AND states.series = 'SEVERAL'
