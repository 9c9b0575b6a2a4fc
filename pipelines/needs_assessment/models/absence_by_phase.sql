-- The counts of absentees are to date, so that the last term returned has the year's; sessions add up.
WITH returned AS (
    SELECT
        *,
        CASE term WHEN 'autumn' THEN 1 WHEN 'spring' THEN 2 ELSE 3 END AS term_no
    FROM outcomes.school_absence
),

newest AS (
    SELECT academic_year, max(term_no) AS term_no FROM returned GROUP BY academic_year
),

counted AS (
    SELECT
        returned.academic_year,
        schools.phase,
        max(newest.term_no) AS terms,
        sum(CASE WHEN returned.term_no = newest.term_no THEN returned.enrolments ELSE 0 END) AS enrolments,
        sum(returned.sessions_possible) AS sessions_possible,
        sum(returned.sessions_authorised + returned.sessions_unauthorised) AS sessions_missed,
        sum(returned.sessions_unauthorised) AS sessions_unauthorised,
        sum(CASE WHEN returned.term_no = newest.term_no THEN returned.persistent_absentees ELSE 0 END)
            AS persistent_absentees,
        sum(CASE WHEN returned.term_no = newest.term_no THEN returned.severe_absentees ELSE 0 END)
            AS severe_absentees,
        sum(returned.sessions_b) AS sessions_b,
        sum(returned.sessions_c2) AS sessions_c2,
        sum(returned.sessions_k) AS sessions_k
    FROM returned
    INNER JOIN newest ON returned.academic_year = newest.academic_year
    INNER JOIN reference.schools AS schools ON returned.urn = schools.urn
    WHERE schools.phase IN ('primary', 'secondary', 'special')
    GROUP BY returned.academic_year, schools.phase
),

totals AS (
    SELECT
        academic_year,
        coalesce(phase, 'all') AS phase,
        cast(max(terms) AS BIGINT) AS terms,
        cast(sum(enrolments) AS BIGINT) AS enrolments,
        cast(sum(sessions_possible) AS DECIMAL(18, 0)) AS sessions_possible,
        cast(sum(sessions_missed) AS DECIMAL(18, 0)) AS sessions_missed,
        cast(sum(sessions_unauthorised) AS DECIMAL(18, 0)) AS sessions_unauthorised,
        cast(sum(persistent_absentees) AS BIGINT) AS persistent_absentees,
        cast(sum(severe_absentees) AS BIGINT) AS severe_absentees,
        cast(sum(sessions_b) AS DECIMAL(18, 0)) AS sessions_b,
        cast(sum(sessions_c2) AS DECIMAL(18, 0)) AS sessions_c2,
        cast(sum(sessions_k) AS DECIMAL(18, 0)) AS sessions_k
    FROM counted
    GROUP BY GROUPING SETS ((academic_year, phase), (academic_year))
),

reported AS (
    SELECT
        academic_year,
        phase,
        terms,
        enrolments,
        persistent_absentees,
        severe_absentees,
        sessions_possible,
        sessions_missed,
        sessions_unauthorised,
        sessions_b,
        sessions_c2,
        sessions_k
    FROM totals
)

SELECT
    reported.*,
    states.period_state,
    states.known_to
FROM reported
LEFT JOIN needs_assessment.series_states AS states
    ON reported.academic_year = states.academic_year AND states.series = 'ABSENCE'
