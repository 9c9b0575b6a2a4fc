SELECT academic_year AS year, provision_type, key_stage, shortage, net_gap
FROM provision_gap.gap_now
WHERE shortage < net_gap OR shortage < 0
UNION ALL
SELECT forecast_year AS year, provision_type, key_stage, shortage_central AS shortage, net_gap_central AS net_gap
FROM provision_gap.gap_forecast
WHERE
    shortage_low < net_gap_low
    OR shortage_central < net_gap_central
    OR shortage_high < net_gap_high
    OR shortage_low < 0
    OR shortage_low > shortage_central
    OR shortage_central > shortage_high
