-- What is asked of a timetable is counted for all together: by group so few are left that nearly all would be hidden. Who may
-- see children crosses `active_timetables`.
WITH reported AS (
    SELECT
        week,
        count(*) FILTER (WHERE NOT is_exempt) AS active,
        count(DISTINCT CASE WHEN NOT is_exempt THEN urn END) AS schools,
        count(*) FILTER (WHERE is_exempt) AS exempt,
        count(*) FILTER (WHERE NOT is_exempt AND is_long) AS over_six_weeks,
        count(*) FILTER (WHERE NOT is_exempt AND is_over_half_term) AS over_half_term,
        count(*) FILTER (WHERE NOT is_exempt AND is_review_late) AS review_overdue,
        count(*) FILTER (WHERE NOT is_exempt AND lacks_review_date) AS no_review_date,
        count(*) FILTER (WHERE NOT is_exempt AND lacks_end) AS no_end_date,
        count(*) FILTER (WHERE NOT is_exempt AND lacks_agreement) AS no_agreement,
        count(*) FILTER (WHERE NOT is_exempt AND lacks_record_of_agreement) AS agreement_not_recorded,
        count(*) FILTER (WHERE NOT is_exempt AND lacks_plan) AS no_plan,
        count(*) FILTER (WHERE NOT is_exempt AND is_for_behaviour) AS for_behaviour,
        count(*) FILTER (WHERE NOT is_exempt AND is_notice_late) AS notified_late,
        count(*) FILTER (WHERE NOT is_exempt AND is_notice_awaited) AS notice_awaited,
        cast(coalesce(sum(CASE WHEN NOT is_exempt THEN hours_lost END), 0) AS DECIMAL(18, 2)) AS hours_lost
    FROM part_time_timetables.active_timetables
    GROUP BY week
)

SELECT
    reported.*,
    states.period_state,
    states.known_to
FROM reported
LEFT JOIN activity.week_states AS states ON reported.week = states.week
