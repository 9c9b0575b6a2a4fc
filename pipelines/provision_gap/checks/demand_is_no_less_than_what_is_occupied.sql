SELECT academic_year, month, provision_type, key_stage, demand_fte, occupied_fte
FROM provision_gap.demand
WHERE
    demand_fte < occupied_fte
    OR occupied_fte < 0
    OR waiting_fte < 0
    OR elsewhere_fte < 0
    OR demand_fte <> occupied_fte + waiting_fte + elsewhere_fte
