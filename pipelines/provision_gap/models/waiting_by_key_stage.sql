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
