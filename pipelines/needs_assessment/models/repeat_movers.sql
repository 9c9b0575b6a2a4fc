-- A move is the first day of a managed move or of a placement in alternative provision.
WITH moves AS (
    SELECT pupil_key, started_on, 'MANAGED_MOVE' AS kind FROM outcomes.managed_moves
    UNION ALL
    SELECT pupil_key, started_on, 'PLACEMENT' AS kind FROM placements.placements
),

numbered AS (
    SELECT
        days.academic_year,
        moves.pupil_key,
        moves.kind,
        moves.started_on,
        lag(moves.started_on) OVER (PARTITION BY moves.pupil_key ORDER BY moves.started_on, moves.kind) AS earlier_on,
        max(CASE WHEN moves.kind = 'MANAGED_MOVE' THEN moves.started_on END) OVER up_to_day AS last_move_on,
        max(CASE WHEN moves.kind = 'PLACEMENT' THEN moves.started_on END) OVER up_to_day AS last_placement_on
    FROM moves
    INNER JOIN reference.days AS days ON moves.started_on = days.calendar_date
    WINDOW up_to_day AS (
        PARTITION BY moves.pupil_key ORDER BY moves.started_on RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    )
),

pupils AS (
    SELECT
        academic_year,
        pupil_key,
        max(CASE WHEN earlier_on + INTERVAL '24 months' >= started_on THEN 1 ELSE 0 END) AS is_repeat,
        max(
            CASE
                WHEN
                    last_move_on + INTERVAL '24 months' >= started_on
                    AND last_placement_on + INTERVAL '24 months' >= started_on
                    THEN 1
                ELSE 0
            END
        ) AS has_both_kinds
    FROM numbered
    GROUP BY academic_year, pupil_key
),

reported AS (
    SELECT
        years.academic_year,
        count(*) AS pupils_who_moved,
        cast(sum(pupils.is_repeat) AS BIGINT) AS repeat_movers,
        cast(sum(pupils.has_both_kinds) AS BIGINT) AS both_kinds
    FROM activity.covered_years AS years
    INNER JOIN pupils ON years.academic_year = pupils.academic_year
    GROUP BY years.academic_year
)

SELECT
    reported.*,
    states.period_state,
    states.known_to
FROM reported
LEFT JOIN needs_assessment.series_states AS states
    ON reported.academic_year = states.academic_year AND states.series = 'ATTENDANCE'
