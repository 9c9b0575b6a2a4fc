-- Nobody closes a placement in the case system on the day on which a child stops coming. One without an end counts as
-- long as somebody can know that it goes on: while its provider sees the child, or returns nothing of anyone.
WITH known AS (
    SELECT max(week_start) + INTERVAL '4 days' AS last_day FROM placements.attendance
),

bounds AS (
    SELECT min(calendar_date) AS first_day, max(calendar_date) AS last_day FROM reference.school_calendar
),

-- The Friday of the last week that was returned.
returned AS (
    SELECT placement_id, max(week_start) + INTERVAL '4 days' AS returned_to
    FROM placements.attendance
    GROUP BY placement_id
),

providers_returned AS (
    SELECT placements.provider_id, max(attendance.week_start) AS last_week
    FROM placements.attendance AS attendance
    INNER JOIN placements.placements AS placements ON attendance.placement_id = placements.placement_id
    GROUP BY placements.provider_id
),

-- Year 11 leaves on the last Friday of June, by law; post-16 placements end with the academic year.
leaving_days AS (
    SELECT
        academic_start,
        max(
            CASE
                WHEN date_part('month', calendar_date) = 6 AND date_part('dow', calendar_date) = 5 THEN calendar_date
            END
        ) AS last_friday_of_june,
        max(calendar_date) AS last_of_august
    FROM reference.days
    GROUP BY academic_start
),

aged AS (
    SELECT
        placements.placement_id,
        CASE
            WHEN placements.nc_year <= 11 THEN leaving.last_friday_of_june
            WHEN count(plans.pupil_key) > 0 AND placements.nc_year <= 13 THEN max(year_more.last_of_august)
            ELSE leaving.last_of_august
        END AS too_old_after
    FROM placements.placements AS placements
    INNER JOIN reference.days AS days ON placements.started_on = days.calendar_date
    INNER JOIN leaving_days AS leaving
        ON
            days.academic_start
            + CASE WHEN placements.nc_year <= 11 THEN 11 - placements.nc_year ELSE greatest(13 - placements.nc_year, 0) END
            = leaving.academic_start
    LEFT JOIN leaving_days AS year_more ON leaving.academic_start + 1 = year_more.academic_start
    LEFT JOIN pupils.pupil_status AS plans
        ON
            placements.pupil_key = plans.pupil_key
            AND plans.status = 'SEN_E'
            AND plans.started_on <= leaving.last_of_august
            AND (plans.ended_on IS NULL OR plans.ended_on >= leaving.last_of_august)
    GROUP BY
        placements.placement_id, placements.nc_year, leaving.last_friday_of_june, leaving.last_of_august
),

seen AS (
    SELECT
        placements.*,
        known.last_day AS known_to,
        aged.too_old_after,
        coalesce(returned.returned_to, placements.started_on - INTERVAL '1 day') AS seen_to,
        coalesce(
            providers_returned.last_week > coalesce(returned.returned_to, placements.started_on - INTERVAL '1 day'), FALSE
        ) AS others_were_returned
    FROM placements.placements AS placements
    CROSS JOIN known
    LEFT JOIN returned ON placements.placement_id = returned.placement_id
    LEFT JOIN providers_returned ON placements.provider_id = providers_returned.provider_id
    LEFT JOIN aged ON placements.placement_id = aged.placement_id
),

unseen AS (
    SELECT
        seen.*,
        -- Beyond the calendar there is no such day, and nothing is cut.
        tenth.calendar_date AS unseen_after
    FROM seen
    LEFT JOIN reference.school_calendar AS last_seen ON seen.seen_to = last_seen.calendar_date
    LEFT JOIN reference.school_calendar AS tenth
        ON last_seen.school_day_no + $open_without_return_days = tenth.school_day_no AND tenth.is_school_day
),

based AS (
    SELECT
        *,
        CASE
            WHEN ended_on IS NOT NULL THEN 'ENDED'
            WHEN
                too_old_after < known_to
                AND NOT coalesce(others_were_returned AND unseen_after < too_old_after, FALSE)
                THEN 'CUT_AGE'
            WHEN unseen_after < known_to AND others_were_returned THEN 'CUT_NO_RETURN'
            WHEN unseen_after < known_to THEN 'OPEN_PROVIDER_SILENT'
            ELSE 'OPEN'
        END AS end_basis
    FROM unseen
),

counted AS (
    SELECT
        *,
        cast(
            CASE end_basis
                WHEN 'ENDED' THEN ended_on
                WHEN 'CUT_AGE' THEN too_old_after
                WHEN 'CUT_NO_RETURN' THEN unseen_after
                ELSE known_to
            END AS DATE
        ) AS counts_to
    FROM based
)

SELECT
    counted.placement_id,
    counted.pupil_key,
    counted.provider_id,
    coalesce(providers.provision_type, 'NOT_RECORDED') AS provision_type,
    counted.ap_population,
    counted.commissioner,
    counted.key_stage,
    counted.nc_year,
    coalesce(counted.primary_need, 'NOT_RECORDED') AS primary_need,
    counted.sessions_per_week,
    cast(
        least(cast(counted.sessions_per_week AS DECIMAL(18, 4)) / cast($fte_sessions AS DECIMAL(9, 1)), 1)
        AS DECIMAL(9, 4)
    ) AS fte,
    counted.po_no,
    counted.started_on,
    counted.planned_end_on,
    counted.counts_to,
    counted.end_basis,
    -- A spell counts from the first school day on or after its start to the last on or before its end.
    CASE
        WHEN counted.started_on < bounds.first_day THEN 1
        WHEN counted.started_on > bounds.last_day THEN 999999
        WHEN starts.is_school_day THEN starts.school_day_no
        ELSE starts.school_day_no + 1
    END AS first_day_no,
    CASE
        WHEN counted.counts_to < bounds.first_day THEN 0
        WHEN counted.counts_to IS NULL OR counted.counts_to > bounds.last_day THEN 999999
        ELSE ends.school_day_no
    END AS last_day_no
FROM counted
CROSS JOIN bounds
LEFT JOIN commissioning.providers AS providers ON counted.provider_id = providers.provider_id
LEFT JOIN reference.school_calendar AS starts ON counted.started_on = starts.calendar_date
LEFT JOIN reference.school_calendar AS ends ON counted.counts_to = ends.calendar_date
