-- The year in which a case was agreed is judged by what is known by `$as_at`: the 20 school days of a case of July
-- run on in September, and judging it on 31 August would leave it out for good.
WITH cases AS (
    SELECT
        cases.case_id,
        cases.pupil_key,
        cases.category,
        cases.referred_on,
        cases.to_urn,
        CASE WHEN cases.allocated_on <= $as_at THEN cases.allocated_on END AS allocated_on,
        CASE WHEN cases.started_on <= $as_at THEN cases.started_on END AS started_on,
        CASE WHEN cases.closed_on <= $as_at THEN cases.closed_on END AS closed_on,
        cases.outcome,
        -- A case that is closed is owed no place on that day any more.
        least(coalesce(cases.closed_on - 1, $as_at), $as_at) AS seen_until,
        years.academic_year,
        years.ends_on,
        row_number() OVER (
            PARTITION BY years.academic_year, cases.pupil_key ORDER BY cases.referred_on, cases.case_id
        ) AS case_of_child
    FROM outcomes.fair_access AS cases
    INNER JOIN activity.academic_years AS years
        ON cases.referred_on >= years.starts_on AND cases.referred_on <= years.ends_on
    WHERE cases.referred_on <= $as_at
),

on_roll AS (
    SELECT DISTINCT cases.case_id
    FROM cases
    INNER JOIN pupils.school_roll AS roll ON cases.pupil_key = roll.pupil_key AND cases.to_urn = roll.urn
    WHERE
        roll.enrol_status IN ('C', 'M')
        AND roll.entered_on <= cases.started_on + INTERVAL '10 days'
        AND (roll.left_on IS NULL OR roll.left_on > cases.started_on)
),

marked AS (
    SELECT
        cases.academic_year,
        cases.category,
        cases.case_of_child,
        cases.allocated_on IS NOT NULL AS is_allocated,
        cases.allocated_on IS NOT NULL OR seen.school_day_no - agreed.school_day_no >= 20 AS is_due,
        cases.allocated_on IS NOT NULL AND allocated.school_day_no - agreed.school_day_no <= 20 AS is_in_time,
        on_roll.case_id IS NOT NULL AS is_on_roll,
        cases.closed_on IS NOT NULL AND cases.outcome = 'WITHDRAWN' AS is_withdrawn,
        (cases.allocated_on IS NULL OR cases.allocated_on > cases.ends_on)
        AND (cases.closed_on IS NULL OR cases.closed_on > cases.ends_on) AS is_waiting
    FROM cases
    LEFT JOIN reference.school_calendar AS agreed ON cases.referred_on = agreed.calendar_date
    LEFT JOIN reference.school_calendar AS allocated ON cases.allocated_on = allocated.calendar_date
    LEFT JOIN reference.school_calendar AS seen ON cases.seen_until = seen.calendar_date
    LEFT JOIN on_roll ON cases.case_id = on_roll.case_id
),

counted AS (
    SELECT
        academic_year,
        category,
        count(*) AS cases_agreed,
        count(*) FILTER (WHERE case_of_child = 1) AS children_in_cases,
        count(*) FILTER (WHERE is_due) AS cases_due,
        count(*) FILTER (WHERE is_allocated) AS places_allocated,
        count(*) FILTER (WHERE is_in_time) AS allocated_in_20_days,
        count(*) FILTER (WHERE is_on_roll) AS on_receiving_roll,
        count(*) FILTER (WHERE is_withdrawn) AS cases_withdrawn,
        count(*) FILTER (WHERE is_waiting) AS cases_waiting
    FROM marked
    GROUP BY academic_year, category
),

-- A year without a case is a year of zeros from the first that the list covers.
years AS (
    SELECT academic_year, ends_on <= $as_at AS is_over
    FROM activity.academic_years
    WHERE starts_on <= $as_at AND ends_on >= (SELECT min(referred_on) FROM cases)
),

cells AS (
    SELECT
        years.academic_year,
        categories.category,
        coalesce(counted.cases_agreed, 0) AS cases_agreed,
        coalesce(counted.children_in_cases, 0) AS children_in_cases,
        coalesce(counted.cases_due, 0) AS cases_due,
        coalesce(counted.places_allocated, 0) AS places_allocated,
        coalesce(counted.allocated_in_20_days, 0) AS allocated_in_20_days,
        coalesce(counted.on_receiving_roll, 0) AS on_receiving_roll,
        coalesce(counted.cases_withdrawn, 0) AS cases_withdrawn,
        CASE WHEN years.is_over THEN coalesce(counted.cases_waiting, 0) END AS cases_waiting
    FROM years
    CROSS JOIN
        (
            VALUES
            ('IN_NEED'),
            ('REFUGE'),
            ('CRIMINAL_JUSTICE'),
            ('AP_OR_EXCLUDED'),
            ('SEN_OR_MEDICAL'),
            ('CARER'),
            ('HOMELESS'),
            ('KINSHIP_CARE'),
            ('TRAVELLER_OR_REFUGEE'),
            ('REFUSED_FOR_BEHAVIOUR'),
            ('NO_PLACE_SOUGHT'),
            ('FOUR_WEEKS_OUT'),
            ('PREVIOUSLY_LOOKED_AFTER')
        ) AS categories (category)
    LEFT JOIN counted
        ON years.academic_year = counted.academic_year AND categories.category = counted.category
),

totals AS (
    SELECT
        academic_year,
        coalesce(category, 'all') AS category,
        cast(sum(cases_agreed) AS BIGINT) AS cases_agreed,
        cast(sum(children_in_cases) AS BIGINT) AS children_in_cases,
        cast(sum(cases_due) AS BIGINT) AS cases_due,
        cast(sum(places_allocated) AS BIGINT) AS places_allocated,
        cast(sum(allocated_in_20_days) AS BIGINT) AS allocated_in_20_days,
        cast(sum(on_receiving_roll) AS BIGINT) AS on_receiving_roll,
        cast(sum(cases_withdrawn) AS BIGINT) AS cases_withdrawn,
        cast(sum(cases_waiting) AS BIGINT) AS cases_waiting
    FROM cells
    GROUP BY GROUPING SETS ((academic_year, category), (academic_year))
),

reported AS (
    SELECT
        academic_year,
        category,
        cases_agreed,
        children_in_cases,
        cases_due,
        places_allocated,
        allocated_in_20_days,
        on_receiving_roll,
        cases_withdrawn,
        cases_waiting
    FROM totals
)

SELECT
    reported.*,
    states.period_state,
    states.known_to
FROM reported
LEFT JOIN needs_assessment.series_states AS states
    ON reported.academic_year = states.academic_year AND states.series = 'FAIR_ACCESS'
