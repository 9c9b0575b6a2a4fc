-- Each event with what was true of the child on its first day. What no record says is NOT_RECORDED, never "no": a child
-- whom the case system does not know, and a day before a register was whole: until the first spell that has ended is on
-- record, it holds those that lasted.
WITH registers AS (
    SELECT
        min(ended_on) FILTER (WHERE status = 'FSM') AS fsm_from,
        min(ended_on) FILTER (WHERE status IN ('SEN_K', 'SEN_E')) AS sen_from,
        min(ended_on) FILTER (WHERE status IN ('CIN', 'CPP', 'CLA')) AS social_care_from
    FROM pupils.pupil_status
),

years AS (
    SELECT
        years.academic_year,
        cast(left(years.academic_year, 4) AS BIGINT) AS first_year,
        registers.fsm_from,
        registers.sen_from,
        registers.social_care_from
    FROM needs_assessment.academic_years AS years
    CROSS JOIN registers
),

-- Going back by eight months makes the academic year a calendar year.
events AS (
    SELECT
        exclusions.*,
        exclusions.outcome NOT IN ('RESCINDED_BY_HEAD', 'GOVERNORS_REINSTATED') AS stands,
        cast(date_part('year', exclusions.started_on - INTERVAL '8 months') AS BIGINT) AS first_year
    FROM outcomes.exclusions AS exclusions
),

-- The order among the child's events of the kind that stand.
numbered AS (
    SELECT
        exclusion_id,
        row_number() OVER (
            PARTITION BY category, pupil_key, first_year ORDER BY started_on, exclusion_id
        ) AS nth_in_year,
        row_number() OVER (
            PARTITION BY category, pupil_key ORDER BY started_on, exclusion_id
        ) AS nth_on_record
    FROM events
    WHERE stands
),

held AS (
    SELECT
        exclusions.exclusion_id,
        max(status.status) FILTER (WHERE status.status = 'FSM') AS fsm,
        max(right(status.status, 1)) FILTER (WHERE status.status IN ('SEN_K', 'SEN_E')) AS sen,
        max(status.primary_need) AS primary_need,
        max(status.status) FILTER (WHERE status.status IN ('CIN', 'CPP', 'CLA')) AS social_care
    FROM outcomes.exclusions AS exclusions
    INNER JOIN pupils.pupil_status AS status
        ON
            exclusions.pupil_key = status.pupil_key
            AND status.started_on <= exclusions.started_on
            AND (status.ended_on IS NULL OR status.ended_on >= exclusions.started_on)
    GROUP BY exclusions.exclusion_id
)

SELECT
    years.academic_year,
    events.exclusion_id,
    events.pupil_key,
    events.category,
    events.outcome,
    events.stands,
    events.started_on,
    CASE
        WHEN date_part('month', events.started_on) >= 9 THEN 'autumn'
        WHEN date_part('month', events.started_on) <= 4 THEN 'spring'
        ELSE 'summer'
    END AS term,
    events.sessions,
    events.reason_1,
    events.reason_2,
    events.reason_3,
    events.urn,
    events.phase,
    coalesce(
        'Y' || lpad(cast(coalesce(events.nc_year, events.first_year - pupils.birth_academic_year - 5) AS VARCHAR), 2, '0'),
        'NOT_RECORDED'
    ) AS year_group,
    coalesce(pupils.sex, 'NOT_RECORDED') AS sex,
    coalesce(pupils.ethnicity, 'NOT_RECORDED') AS ethnicity,
    coalesce(reporting.ward_name, 'NOT_RECORDED') AS ward,
    CASE
        WHEN pupils.pupil_key IS NULL OR years.fsm_from IS NULL OR events.started_on < years.fsm_from
            THEN 'NOT_RECORDED'
        ELSE coalesce(held.fsm, 'NOT_FSM')
    END AS fsm,
    -- The log says what the school knew on the day, which comes first.
    CASE
        WHEN events.sen_at_event IS NOT NULL THEN events.sen_at_event
        WHEN pupils.pupil_key IS NULL OR years.sen_from IS NULL OR events.started_on < years.sen_from
            THEN 'NOT_RECORDED'
        ELSE coalesce(held.sen, 'N')
    END AS sen_provision,
    CASE
        WHEN events.sen_at_event = 'N' THEN 'N'
        WHEN pupils.pupil_key IS NULL OR years.sen_from IS NULL OR events.started_on < years.sen_from
            THEN 'NOT_RECORDED'
        WHEN coalesce(events.sen_at_event, held.sen, 'N') = 'N' THEN 'N'
        ELSE coalesce(held.primary_need, 'NOT_RECORDED')
    END AS primary_need,
    CASE
        WHEN pupils.pupil_key IS NULL
            OR years.social_care_from IS NULL
            OR events.started_on < years.social_care_from
            THEN 'NOT_RECORDED'
        ELSE coalesce(held.social_care, 'NO_SOCIAL_CARE')
    END AS social_care,
    numbered.nth_in_year,
    numbered.nth_on_record
FROM events
INNER JOIN years ON events.first_year = years.first_year
LEFT JOIN numbered ON events.exclusion_id = numbered.exclusion_id
LEFT JOIN pupils.pupils AS pupils ON events.pupil_key = pupils.pupil_key
LEFT JOIN reference.wards AS wards ON pupils.ward_code = wards.ward_code
LEFT JOIN reference.wards AS reporting ON wards.reporting_ward = reporting.ward_code
LEFT JOIN held ON events.exclusion_id = held.exclusion_id
