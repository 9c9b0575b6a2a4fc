-- Those waiting by why a place was asked for. Only after an exclusion, and for a child who is too ill for school, does the
-- law say by which day: for others no wait is over it.
WITH grouped AS (
    SELECT
        listed.academic_year,
        CASE WHEN reasons.is_total THEN 'all' ELSE listed.reason_group END AS reason_group,
        listed.state,
        listed.days_waited,
        listed.duty_days,
        listed.fte
    FROM provision_gap.waiting_referrals AS listed
    CROSS JOIN (VALUES (FALSE), (TRUE)) AS reasons (is_total)
),

ranked AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY academic_year, reason_group, state ORDER BY days_waited) AS nth,
        count(*) OVER (PARTITION BY academic_year, reason_group, state) AS of_all
    FROM grouped
),

-- Nearest rank, as in the list by need.
counted AS (
    SELECT
        academic_year,
        reason_group,
        count(*) FILTER (WHERE state = 'WAITING') AS referrals_waiting,
        cast(coalesce(sum(CASE WHEN state = 'WAITING' THEN fte END), 0) AS DECIMAL(18, 2)) AS waiting_fte,
        count(*) FILTER (WHERE state = 'WAITING' AND duty_days IS NOT NULL) AS waiting_under_duty,
        count(*) FILTER (WHERE state = 'WAITING' AND days_waited > duty_days) AS waiting_over_duty,
        count(*) FILTER (WHERE state = 'EXPIRED') AS agreements_expired,
        count(*) FILTER (WHERE state = 'UNDECIDED') AS referrals_undecided,
        max(CASE WHEN state = 'WAITING' AND nth = (of_all + 1) / 2 THEN days_waited END) AS median_days,
        max(CASE WHEN state = 'WAITING' AND nth = (9 * of_all + 9) / 10 THEN days_waited END) AS ninth_decile_days
    FROM ranked
    GROUP BY academic_year, reason_group
)

SELECT
    days.academic_year,
    reasons.reason_group,
    days.counted_on,
    coalesce(counted.referrals_waiting, 0) AS referrals_waiting,
    cast(coalesce(counted.waiting_fte, 0) AS DECIMAL(18, 2)) AS waiting_fte,
    coalesce(counted.waiting_under_duty, 0) AS waiting_under_duty,
    coalesce(counted.waiting_over_duty, 0) AS waiting_over_duty,
    CASE WHEN counted.referrals_waiting >= 5 THEN counted.median_days END AS median_days,
    CASE WHEN counted.referrals_waiting >= 5 THEN counted.ninth_decile_days END AS ninth_decile_days,
    coalesce(counted.agreements_expired, 0) AS agreements_expired,
    coalesce(counted.referrals_undecided, 0) AS referrals_undecided,
    states.period_state,
    states.known_to
FROM provision_gap.waiting_days AS days
CROSS JOIN (SELECT DISTINCT reason_group FROM grouped) AS reasons
LEFT JOIN counted ON days.academic_year = counted.academic_year AND reasons.reason_group = counted.reason_group
LEFT JOIN activity.academic_states AS states ON days.academic_year = states.academic_year
WHERE days.academic_year <> 'SAME_POINT'
