-- Who is full time at a provider that is not a school, week by week. What is recorded of an open placement ends with the last
-- week that was returned; the child is there until somebody says otherwise.
WITH weeks AS (
    SELECT
        cast(date_trunc('week', calendar_date) AS DATE) AS monday,
        min(calendar_date) AS first_day,
        min(school_day_no) AS first_no,
        max(school_day_no) AS last_no
    FROM reference.school_calendar
    WHERE
        is_school_day
        AND calendar_date >= (SELECT min(week_start) FROM placements.attendance)
        AND cast(date_trunc('week', calendar_date) AS DATE) <= $as_of
    GROUP BY cast(date_trunc('week', calendar_date) AS DATE)
),

spells AS (
    SELECT
        spells.pupil_key,
        spells.provider_id,
        spells.nc_year,
        spells.first_day_no,
        CASE WHEN spells.end_basis IN ('OPEN', 'OPEN_PROVIDER_SILENT') THEN 999999 ELSE spells.last_day_no END AS last_day_no,
        coalesce(
            cast(placements.hours_per_week AS DECIMAL(18, 4)),
            cast(spells.sessions_per_week AS DECIMAL(9, 1)) * cast($hours_per_session AS DECIMAL(9, 2))
        ) AS hours,
        CASE WHEN placements.attendance_pattern = 'FT' THEN 1 ELSE 0 END AS is_full_time
    FROM activity.placement_spells AS spells
    INNER JOIN placements.placements AS placements ON spells.placement_id = placements.placement_id
),

-- A child counts once at a provider, with the hours of all its placements there.
children AS (
    SELECT
        weeks.monday,
        spells.provider_id,
        spells.pupil_key,
        coalesce(days.academic_start - pupils.birth_academic_year - 5, max(spells.nc_year), 0) <= 11 AS is_of_school_age,
        sum(spells.hours) AS hours,
        max(spells.is_full_time) AS is_full_time
    FROM weeks
    INNER JOIN reference.days AS days ON weeks.first_day = days.calendar_date
    INNER JOIN spells
        ON
            spells.first_day_no <= weeks.last_no
            AND spells.last_day_no >= weeks.first_no
            AND spells.first_day_no <= spells.last_day_no
    LEFT JOIN pupils.pupils AS pupils ON spells.pupil_key = pupils.pupil_key
    GROUP BY
        weeks.monday, spells.provider_id, spells.pupil_key, days.academic_start, pupils.birth_academic_year
),

vulnerable AS (
    SELECT DISTINCT weeks.monday, status.pupil_key
    FROM weeks
    INNER JOIN pupils.pupil_status AS status
        ON
            status.status IN ('SEN_E', 'CLA')
            AND status.started_on <= weeks.monday
            AND (status.ended_on IS NULL OR status.ended_on >= weeks.monday)
),

marked AS (
    SELECT
        children.monday,
        children.provider_id,
        children.is_of_school_age
        AND (children.hours >= $registration_hours OR children.is_full_time = 1) AS is_full,
        children.is_of_school_age
        AND children.hours >= 15 AND children.hours < $registration_hours AND children.is_full_time = 0 AS is_near,
        vulnerable.pupil_key IS NOT NULL AS is_vulnerable
    FROM children
    LEFT JOIN vulnerable ON children.monday = vulnerable.monday AND children.pupil_key = vulnerable.pupil_key
),

counted AS (
    SELECT
        monday,
        provider_id,
        count(*) AS children,
        count(*) FILTER (WHERE is_full) AS full_time,
        count(*) FILTER (WHERE is_near) AS near_full_time,
        count(*) FILTER (WHERE is_full AND is_vulnerable) AS vulnerable_full_time,
        count(*) FILTER (WHERE is_near AND is_vulnerable) AS vulnerable_near
    FROM marked
    GROUP BY monday, provider_id
),

-- Every provider in every week: one without children any more has no alarm any more.
providers AS (
    SELECT
        named.provider_id,
        coalesce(register.provider_name, named.provider_id) AS provider_name,
        register.registered
    FROM (
        SELECT provider_id FROM commissioning.providers
        UNION
        SELECT provider_id FROM counted
    ) AS named
    LEFT JOIN commissioning.providers AS register ON named.provider_id = register.provider_id
),

alarms AS (
    SELECT
        weeks.monday,
        providers.provider_id,
        providers.provider_name,
        CASE
            WHEN providers.registered THEN 'YES'
            WHEN NOT providers.registered THEN 'NO'
            ELSE 'NOT_RECORDED'
        END AS registered,
        coalesce(counted.children, 0) AS children,
        coalesce(counted.full_time, 0) AS full_time,
        coalesce(counted.near_full_time, 0) AS near_full_time,
        coalesce(counted.vulnerable_full_time, 0) AS vulnerable_full_time,
        CASE
            WHEN providers.registered THEN 'NOT_APPLICABLE'
            WHEN counted.full_time >= 5 OR counted.vulnerable_full_time > 0 THEN 'RED'
            WHEN
                counted.full_time = 4
                OR counted.full_time + counted.near_full_time >= 5
                OR counted.vulnerable_near > 0
                THEN 'AMBER'
            ELSE 'GREEN'
        END AS alarm
    FROM weeks
    CROSS JOIN providers
    LEFT JOIN counted ON weeks.monday = counted.monday AND providers.provider_id = counted.provider_id
),

-- How bad it is: with every two children full time beyond the fifth a step worse.
stepped AS (
    SELECT
        *,
        CASE alarm
            WHEN 'AMBER' THEN 1
            WHEN 'RED' THEN 2 + greatest(full_time - 5, 0) / 2
            ELSE 0
        END AS step,
        lag(alarm) OVER (PARTITION BY provider_id ORDER BY monday) AS previous_alarm
    FROM alarms
),

runs AS (
    SELECT
        *,
        sum(CASE WHEN alarm = previous_alarm THEN 0 ELSE 1 END)
            OVER (PARTITION BY provider_id ORDER BY monday) AS run_no,
        -- An episode lasts from the first week of an alarm of any colour to the last.
        sum(CASE WHEN step > 0 AND coalesce(previous_alarm, 'GREEN') IN ('RED', 'AMBER') THEN 0 ELSE 1 END)
            OVER (PARTITION BY provider_id ORDER BY monday) AS episode_no
    FROM stepped
),

worst AS (
    SELECT
        *,
        max(step) OVER (
            PARTITION BY provider_id, episode_no ORDER BY monday ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS worst_before
    FROM runs
)

SELECT
    to_char(monday, '%G-w%V') AS week,
    monday,
    provider_id,
    provider_name,
    registered,
    children,
    full_time,
    near_full_time,
    vulnerable_full_time,
    alarm,
    previous_alarm,
    row_number() OVER (PARTITION BY provider_id, run_no ORDER BY monday) AS weeks_in_state,
    CASE
        WHEN step = 0 THEN 0
        ELSE row_number() OVER (PARTITION BY provider_id, episode_no ORDER BY monday)
    END AS weeks_of_alarm,
    -- Said once when it begins, again when it is worse than it has been, and once when it is over.
    CASE
        WHEN step > 0 AND worst_before IS NULL AND previous_alarm IS NOT NULL THEN 'NEW'
        WHEN step > worst_before THEN 'WORSE'
        WHEN step = 0 AND previous_alarm IN ('RED', 'AMBER') THEN 'OVER'
        WHEN step > 0 THEN 'GOES_ON'
        ELSE 'NONE'
    END AS news
FROM worst
