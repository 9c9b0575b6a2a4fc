-- Those whose place was agreed and not begun on the day of the count, with the longest waits of them.
WITH grouped AS (
    SELECT
        listed.academic_year,
        CASE WHEN stages.is_total THEN 'all' ELSE listed.key_stage END AS key_stage,
        CASE WHEN needs.is_total THEN 'all' ELSE listed.primary_need END AS primary_need,
        listed.state,
        listed.days_waited,
        listed.fte
    FROM provision_gap.waiting_referrals AS listed
    CROSS JOIN (VALUES (FALSE), (TRUE)) AS stages (is_total)
    CROSS JOIN (VALUES (FALSE), (TRUE)) AS needs (is_total)
),

ranked AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY academic_year, key_stage, primary_need, state ORDER BY days_waited) AS nth,
        count(*) OVER (PARTITION BY academic_year, key_stage, primary_need, state) AS of_all
    FROM grouped
),

-- Nearest rank: half of them, and nine in ten of them, had waited no longer.
counted AS (
    SELECT
        academic_year,
        key_stage,
        primary_need,
        count(*) FILTER (WHERE state = 'WAITING') AS referrals_waiting,
        cast(coalesce(sum(CASE WHEN state = 'WAITING' THEN fte END), 0) AS DECIMAL(18, 2)) AS waiting_fte,
        count(*) FILTER (WHERE state = 'WAITING' AND days_waited > 6) AS waiting_over_6,
        count(*) FILTER (WHERE state = 'WAITING' AND days_waited > 15) AS waiting_over_15,
        count(*) FILTER (WHERE state = 'EXPIRED') AS agreements_expired,
        count(*) FILTER (WHERE state = 'UNDECIDED') AS referrals_undecided,
        max(CASE WHEN state = 'WAITING' AND nth = (of_all + 1) / 2 THEN days_waited END) AS median_days,
        max(CASE WHEN state = 'WAITING' AND nth = (9 * of_all + 9) / 10 THEN days_waited END) AS ninth_decile_days
    FROM ranked
    GROUP BY academic_year, key_stage, primary_need
)

SELECT
    days.academic_year,
    stages.key_stage,
    needs.primary_need,
    days.counted_on,
    coalesce(counted.referrals_waiting, 0) AS referrals_waiting,
    cast(coalesce(counted.waiting_fte, 0) AS DECIMAL(18, 2)) AS waiting_fte,
    CASE
        WHEN
            days.academic_year = $known_academic_year
            AND day_before.counted_on IS NOT NULL
            THEN coalesce(same_point.referrals_waiting, 0)
    END AS referrals_waiting_same_point,
    counted.median_days,
    counted.ninth_decile_days,
    coalesce(counted.waiting_over_6, 0) AS waiting_over_6,
    coalesce(counted.waiting_over_15, 0) AS waiting_over_15,
    coalesce(counted.agreements_expired, 0) AS agreements_expired,
    coalesce(counted.referrals_undecided, 0) AS referrals_undecided,
    states.period_state,
    states.known_to
FROM provision_gap.waiting_days AS days
CROSS JOIN (SELECT DISTINCT key_stage FROM grouped) AS stages
CROSS JOIN (SELECT DISTINCT primary_need FROM grouped) AS needs
LEFT JOIN counted
    ON
        days.academic_year = counted.academic_year
        AND stages.key_stage = counted.key_stage
        AND needs.primary_need = counted.primary_need
LEFT JOIN provision_gap.waiting_days AS day_before ON day_before.academic_year = 'SAME_POINT'
LEFT JOIN counted AS same_point
    ON
        same_point.academic_year = 'SAME_POINT'
        AND stages.key_stage = same_point.key_stage
        AND needs.primary_need = same_point.primary_need
LEFT JOIN activity.academic_states AS states ON days.academic_year = states.academic_year
WHERE days.academic_year <> 'SAME_POINT'
