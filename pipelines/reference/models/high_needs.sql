-- One row for each amount of the benchmarking tool. The financial year is the one that the file is named by.
WITH returns AS (
    SELECT
        regexp_replace(_file, '^.*(20[0-9]{2})[-_]([0-9]{2})([.][^/]*)?$', '\1-\2') AS financial_year,
        *
    FROM reference.high_needs_returns
),

amounts AS (
    SELECT *, 'BUDGET' AS basis, 'PLACES' AS line_group, places_budget AS amount FROM returns
    UNION ALL
    SELECT *, 'BUDGET' AS basis, 'TOP_UPS' AS line_group, top_ups_budget AS amount FROM returns
    UNION ALL
    SELECT *, 'BUDGET' AS basis, 'INDEPENDENT' AS line_group, independent_budget AS amount FROM returns
    UNION ALL
    SELECT *, 'BUDGET' AS basis, 'AP_SERVICES' AS line_group, services_budget AS amount FROM returns
    UNION ALL
    SELECT *, 'BUDGET' AS basis, 'HOSPITAL' AS line_group, hospital_budget AS amount FROM returns
    UNION ALL
    SELECT *, 'OUTTURN' AS basis, 'PLACES' AS line_group, places_outturn AS amount FROM returns
    UNION ALL
    SELECT *, 'OUTTURN' AS basis, 'TOP_UPS' AS line_group, top_ups_outturn AS amount FROM returns
    UNION ALL
    SELECT *, 'OUTTURN' AS basis, 'INDEPENDENT' AS line_group, independent_outturn AS amount FROM returns
    UNION ALL
    SELECT *, 'OUTTURN' AS basis, 'AP_SERVICES' AS line_group, services_outturn AS amount FROM returns
    UNION ALL
    SELECT *, 'OUTTURN' AS basis, 'HOSPITAL' AS line_group, hospital_outturn AS amount FROM returns
)

SELECT
    financial_year,
    area_code,
    area_name,
    region_name,
    basis,
    line_group,
    amount,
    population_2_18
FROM amounts
