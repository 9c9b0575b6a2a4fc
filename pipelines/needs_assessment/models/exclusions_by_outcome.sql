-- What stands, and separately what does not. There is no total of both: those that stand are shown in other
-- tables, so a total would give away the few that were overturned by a subtraction.
WITH counted AS (
    SELECT
        academic_year,
        category,
        CASE WHEN stands THEN 'STANDS' ELSE outcome END AS outcome,
        count(*) AS events
    FROM activity.exclusion_events
    GROUP BY academic_year, category, 3
    UNION ALL
    -- A panel cannot reinstate: what it quashed is among those that stand until governors or the head take it back.
    SELECT academic_year, category, outcome, count(*) AS events
    FROM activity.exclusion_events
    WHERE outcome = 'IRP_QUASHED'
    GROUP BY academic_year, category, outcome
),

cells AS (
    SELECT years.academic_year, outcomes.category, outcomes.outcome, coalesce(counted.events, 0) AS events
    FROM (SELECT DISTINCT academic_year FROM counted) AS years
    CROSS JOIN (
        VALUES
        ('PERM', 'STANDS'), ('PERM', 'IRP_QUASHED'), ('PERM', 'RESCINDED_BY_HEAD'), ('PERM', 'GOVERNORS_REINSTATED'),
        ('SUSP', 'STANDS'), ('SUSP', 'RESCINDED_BY_HEAD'), ('SUSP', 'GOVERNORS_REINSTATED')
    ) AS outcomes (category, outcome)
    LEFT JOIN counted
        ON
            years.academic_year = counted.academic_year
            AND outcomes.category = counted.category
            AND outcomes.outcome = counted.outcome
),

reported AS (
    SELECT academic_year, category, outcome, events
    FROM cells
)

SELECT
    reported.*,
    states.period_state,
    states.known_to
FROM reported
LEFT JOIN needs_assessment.series_states AS states
    ON reported.academic_year = states.academic_year AND states.series = 'EXCLUSIONS'
