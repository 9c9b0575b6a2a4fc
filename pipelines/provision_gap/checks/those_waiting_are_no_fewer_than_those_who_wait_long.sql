SELECT academic_year, key_stage, primary_need, referrals_waiting, waiting_over_6, waiting_over_15
FROM provision_gap.waiting_list
WHERE waiting_over_15 > waiting_over_6 OR waiting_over_6 > referrals_waiting
