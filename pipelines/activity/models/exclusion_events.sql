-- Each event with what was true of the child on its first day. What no record says is NOT_RECORDED, never "no": a child
-- whom the case system does not know, and a day before a register was whole: until the first spell that has ended is on
-- record, it holds those that lasted.
WITH events AS (
    SELECT
        days.academic_year,
        days.academic_start,
        days.term,
        exclusions.*,
        exclusions.outcome NOT IN ('RESCINDED_BY_HEAD', 'GOVERNORS_REINSTATED') AS stands
    FROM outcomes.exclusions AS exclusions
    INNER JOIN reference.days AS days ON exclusions.started_on = days.calendar_date
),

-- The order among the child's events of the kind that stand.
numbered AS (
    SELECT
        exclusion_id,
        row_number() OVER (
            PARTITION BY category, pupil_key, academic_year ORDER BY started_on, exclusion_id
        ) AS nth_in_year,
        row_number() OVER (
            PARTITION BY category, pupil_key ORDER BY started_on, exclusion_id
        ) AS nth_on_record
    FROM events
    WHERE stands
)

SELECT
    events.academic_year,
    events.exclusion_id,
    events.pupil_key,
    events.category,
    events.outcome,
    events.stands,
    events.started_on,
    events.term,
    events.sessions,
    events.reason_1,
    events.reason_2,
    events.reason_3,
    events.urn,
    events.phase,
    coalesce(
        'Y'
        || lpad(cast(coalesce(events.nc_year, events.academic_start - pupils.birth_academic_year - 5) AS VARCHAR), 2, '0'),
        'NOT_RECORDED'
    ) AS year_group,
    coalesce(pupils.sex, 'NOT_RECORDED') AS sex,
    coalesce(pupils.ethnicity, 'NOT_RECORDED') AS ethnicity,
    coalesce(wards.ward, 'NOT_RECORDED') AS ward,
    CASE WHEN status.knows_fsm THEN coalesce(status.fsm, 'NOT_FSM') ELSE 'NOT_RECORDED' END AS fsm,
    -- The log says what the school knew on the day, which comes first.
    CASE
        WHEN events.sen_at_event IS NOT NULL THEN events.sen_at_event
        WHEN status.knows_sen THEN coalesce(status.sen_provision, 'N')
        ELSE 'NOT_RECORDED'
    END AS sen_provision,
    CASE
        WHEN events.sen_at_event = 'N' THEN 'N'
        WHEN status.knows_sen IS NOT TRUE THEN 'NOT_RECORDED'
        WHEN coalesce(events.sen_at_event, status.sen_provision, 'N') = 'N' THEN 'N'
        ELSE coalesce(status.primary_need, 'NOT_RECORDED')
    END AS primary_need,
    CASE WHEN status.knows_social_care THEN coalesce(status.social_care, 'NO_SOCIAL_CARE') ELSE 'NOT_RECORDED' END
        AS social_care,
    events.in_school_census,
    numbered.nth_in_year,
    numbered.nth_on_record
FROM events
LEFT JOIN numbered ON events.exclusion_id = numbered.exclusion_id
LEFT JOIN pupils.pupils AS pupils ON events.pupil_key = pupils.pupil_key
LEFT JOIN activity.ward_names AS wards ON pupils.ward_code = wards.ward_code
LEFT JOIN activity.statuses_on_days AS status ON events.pupil_key = status.pupil_key AND events.started_on = status.day
