-- A trial succeeded when the pupil is on the new school's own roll within ten days of its end, whatever the panel wrote.
WITH moves AS (
    SELECT
        moves.move_id,
        moves.pupil_key,
        moves.to_urn,
        moves.ended_on,
        moves.outcome,
        schools.phase,
        days.academic_year
    FROM outcomes.managed_moves AS moves
    INNER JOIN reference.days AS days ON moves.started_on = days.calendar_date
    INNER JOIN reference.schools AS schools ON moves.from_urn = schools.urn
),

on_new_roll AS (
    SELECT DISTINCT moves.move_id
    FROM moves
    INNER JOIN pupils.school_roll AS roll ON moves.pupil_key = roll.pupil_key AND moves.to_urn = roll.urn
    WHERE
        roll.enrol_status IN ('C', 'M')
        AND roll.entered_on <= moves.ended_on + INTERVAL '10 days'
        AND (roll.left_on IS NULL OR roll.left_on > moves.ended_on)
),

counted AS (
    SELECT
        moves.academic_year,
        moves.phase,
        count(*) AS trials_begun,
        count(moves.ended_on) AS trials_completed,
        count(on_new_roll.move_id) AS on_new_roll,
        count(*) FILTER (WHERE moves.outcome = 'SUCCESSFUL' AND on_new_roll.move_id IS NULL) AS recorded_only
    FROM moves
    LEFT JOIN on_new_roll ON moves.move_id = on_new_roll.move_id
    GROUP BY moves.academic_year, moves.phase
),

cells AS (
    SELECT
        years.academic_year,
        phases.phase,
        coalesce(counted.trials_begun, 0) AS trials_begun,
        coalesce(counted.trials_completed, 0) AS trials_completed,
        coalesce(counted.on_new_roll, 0) AS on_new_roll,
        coalesce(counted.recorded_only, 0) AS recorded_only
    FROM (SELECT DISTINCT academic_year FROM counted) AS years
    CROSS JOIN (VALUES ('primary'), ('secondary'), ('special')) AS phases (phase)
    LEFT JOIN counted ON years.academic_year = counted.academic_year AND phases.phase = counted.phase
),

totals AS (
    SELECT
        academic_year,
        coalesce(phase, 'all') AS phase,
        cast(sum(trials_begun) AS BIGINT) AS trials_begun,
        cast(sum(trials_completed) AS BIGINT) AS trials_completed,
        cast(sum(on_new_roll) AS BIGINT) AS on_new_roll,
        cast(sum(recorded_only) AS BIGINT) AS recorded_only
    FROM cells
    GROUP BY GROUPING SETS ((academic_year, phase), (academic_year))
),

reported AS (
    SELECT
        academic_year,
        phase,
        trials_begun,
        trials_completed,
        on_new_roll,
        recorded_only
    FROM totals
)

SELECT
    reported.*,
    states.period_state,
    states.known_to
FROM reported
LEFT JOIN needs_assessment.series_states AS states
    ON reported.academic_year = states.academic_year AND states.series = 'REGISTERS'
