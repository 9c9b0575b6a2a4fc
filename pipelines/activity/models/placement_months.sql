WITH bounds AS (
    SELECT min(calendar_date) AS first_day, max(calendar_date) AS last_day
    FROM reference.school_calendar
),

months AS (
    SELECT
        month,
        academic_year,
        financial_year,
        min(school_day_no) AS first_day_no,
        max(school_day_no) AS last_day_no
    FROM activity.placement_days
    GROUP BY month, academic_year, financial_year
),

spells AS (
    SELECT
        placements.placement_id,
        placements.pupil_key,
        placements.provider_id,
        coalesce(providers.provision_type, 'NOT_RECORDED') AS provision_type,
        placements.ap_population,
        placements.key_stage,
        coalesce(placements.primary_need, 'NOT_RECORDED') AS primary_need,
        least(cast(placements.sessions_per_week AS DECIMAL(18, 4)) / cast($fte_sessions AS DECIMAL(9, 1)), 1) AS fte,
        -- A spell counts from the first school day on or after its start to the last on or before its end.
        CASE
            WHEN placements.started_on < bounds.first_day THEN 1
            WHEN placements.started_on > bounds.last_day THEN 999999
            WHEN starts.is_school_day THEN starts.school_day_no
            ELSE starts.school_day_no + 1
        END AS first_day_no,
        CASE
            WHEN placements.ended_on < bounds.first_day THEN 0
            WHEN placements.ended_on IS NULL OR placements.ended_on > bounds.last_day THEN 999999
            ELSE ends.school_day_no
        END AS last_day_no
    FROM placements.placements AS placements
    CROSS JOIN bounds
    LEFT JOIN commissioning.providers AS providers ON placements.provider_id = providers.provider_id
    LEFT JOIN reference.school_calendar AS starts ON placements.started_on = starts.calendar_date
    LEFT JOIN reference.school_calendar AS ends ON placements.ended_on = ends.calendar_date
),

open_months AS (
    SELECT
        spells.*,
        months.month,
        months.academic_year,
        months.financial_year,
        least(spells.last_day_no, months.last_day_no) - greatest(spells.first_day_no, months.first_day_no) + 1
            AS days_open
    FROM spells
    INNER JOIN months
        ON spells.first_day_no <= months.last_day_no AND spells.last_day_no >= months.first_day_no
)

SELECT
    placement_id,
    month,
    academic_year,
    financial_year,
    pupil_key,
    provider_id,
    provision_type,
    ap_population,
    key_stage,
    primary_need,
    days_open,
    cast(fte AS DECIMAL(9, 4)) AS fte,
    cast(cast(fte AS DECIMAL(9, 4)) * days_open AS DECIMAL(18, 4)) AS fte_days
FROM open_months
WHERE days_open > 0
