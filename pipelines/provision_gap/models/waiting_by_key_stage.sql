WITH reported AS (
    SELECT
        academic_year,
        key_stage,
        counted_on,
        referrals_waiting,
        referrals_waiting_same_point,
        median_days,
        ninth_decile_days
    FROM provision_gap.waiting_list
    WHERE primary_need = 'all'
)

SELECT
    reported.*,
    states.period_state,
    states.known_to
FROM reported
LEFT JOIN activity.academic_states AS states ON reported.academic_year = states.academic_year
