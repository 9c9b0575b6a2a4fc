-- A week counts in the month in which it begins. One that begins in August is the first of the school year, and its school
-- days are in September.
SELECT
    attendance.placement_id,
    days.month,
    cast(sum(attendance.sessions_possible) AS BIGINT) AS possible,
    cast(sum(attendance.sessions_attended) AS BIGINT) AS attended
FROM placements.attendance AS attendance
INNER JOIN reference.days AS days
    ON
        CASE
            WHEN date_part('month', attendance.week_start) = 8 THEN attendance.week_start + INTERVAL '5 days'
            ELSE attendance.week_start
        END = days.calendar_date
GROUP BY attendance.placement_id, days.month
