WITH exclusions AS (
    SELECT
        years.academic_year,
        events.exclusion_id,
        events.pupil_key,
        events.started_on,
        calendar.school_day_no
    FROM activity.exclusion_events AS events
    INNER JOIN activity.covered_years AS years ON events.academic_year = years.academic_year
    INNER JOIN reference.school_calendar AS calendar ON events.started_on = calendar.calendar_date
    WHERE events.stands AND events.category = 'PERM'
),

placed AS (
    SELECT
        exclusions.exclusion_id,
        -- The day of the exclusion is day one.
        min(calendar.school_day_no - exclusions.school_day_no) <= 5 AS is_by_day_six
    FROM exclusions
    INNER JOIN placements.placements AS placements
        ON
            exclusions.pupil_key = placements.pupil_key
            AND (placements.ended_on IS NULL OR placements.ended_on >= exclusions.started_on)
    INNER JOIN reference.school_calendar AS calendar ON placements.started_on = calendar.calendar_date
    GROUP BY exclusions.exclusion_id
),

counted AS (
    SELECT
        exclusions.academic_year,
        CASE WHEN placed.is_by_day_six THEN 'BY_DAY_SIX' WHEN placed.exclusion_id IS NULL THEN 'NONE' ELSE 'LATER' END
            AS provision,
        count(*) AS permanent_exclusions
    FROM exclusions
    LEFT JOIN placed ON exclusions.exclusion_id = placed.exclusion_id
    GROUP BY 1, 2
),

cells AS (
    SELECT
        years.academic_year,
        states.provision,
        coalesce(counted.permanent_exclusions, 0) AS permanent_exclusions
    FROM (SELECT DISTINCT academic_year FROM counted) AS years
    CROSS JOIN (VALUES ('BY_DAY_SIX'), ('LATER'), ('NONE')) AS states (provision)
    LEFT JOIN counted ON years.academic_year = counted.academic_year AND states.provision = counted.provision
)

SELECT
    academic_year,
    coalesce(provision, 'all') AS provision,
    cast(sum(permanent_exclusions) AS BIGINT) AS permanent_exclusions
FROM cells
GROUP BY GROUPING SETS ((academic_year, provision), (academic_year))
