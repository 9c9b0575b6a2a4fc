-- Children who could leave and have nowhere to go yet. Each is a place that would be free; none is taken off what is required.
WITH known AS (
    SELECT cast(max(week_start) + INTERVAL '4 days' AS DATE) AS as_at FROM placements.attendance
),

blocked AS (
    SELECT
        known.as_at,
        spells.key_stage,
        coalesce(placements.ready_for, 'NOT_RECORDED') AS ready_for,
        spells.fte,
        today.school_day_no - ready.school_day_no AS days
    FROM placements.placements AS placements
    CROSS JOIN known
    INNER JOIN activity.placement_spells AS spells ON placements.placement_id = spells.placement_id
    INNER JOIN reference.school_calendar AS ready ON placements.ready_to_leave_on = ready.calendar_date
    INNER JOIN reference.school_calendar AS today ON known.as_at = today.calendar_date
    WHERE
        spells.commissioner = 'LA'
        AND placements.ready_to_leave_on <= known.as_at
        AND spells.started_on <= known.as_at
        AND spells.counts_to >= known.as_at
        AND placements.ended_on IS NULL
),

grouped AS (
    SELECT
        blocked.as_at,
        CASE WHEN stages.is_total THEN 'all' ELSE blocked.key_stage END AS key_stage,
        CASE WHEN places.is_total THEN 'all' ELSE blocked.ready_for END AS ready_for,
        blocked.fte,
        blocked.days
    FROM blocked
    CROSS JOIN (VALUES (FALSE), (TRUE)) AS stages (is_total)
    CROSS JOIN (VALUES (FALSE), (TRUE)) AS places (is_total)
),

ranked AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY key_stage, ready_for ORDER BY days) AS nth,
        count(*) OVER (PARTITION BY key_stage, ready_for) AS of_all
    FROM grouped
)

SELECT
    key_stage,
    ready_for,
    max(as_at) AS as_at,
    count(*) AS placements_blocked,
    cast(sum(fte) AS DECIMAL(18, 4)) AS fte,
    max(CASE WHEN of_all >= 5 AND nth = (of_all + 1) / 2 THEN days END) AS median_days
FROM ranked
GROUP BY key_stage, ready_for
