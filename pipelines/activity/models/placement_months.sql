WITH months AS (
    SELECT
        month,
        academic_year,
        financial_year,
        min(school_day_no) AS first_day_no,
        max(school_day_no) AS last_day_no
    FROM activity.placement_days
    GROUP BY month, academic_year, financial_year
),

open_months AS (
    SELECT
        spells.*,
        months.month,
        months.academic_year,
        months.financial_year,
        least(spells.last_day_no, months.last_day_no) - greatest(spells.first_day_no, months.first_day_no) + 1
            AS days_open
    FROM activity.placement_spells AS spells
    INNER JOIN months
        ON spells.first_day_no <= months.last_day_no AND spells.last_day_no >= months.first_day_no
)

SELECT
    placement_id,
    month,
    academic_year,
    financial_year,
    pupil_key,
    provider_id,
    provision_type,
    ap_population,
    commissioner,
    key_stage,
    primary_need,
    days_open,
    fte,
    cast(fte * days_open AS DECIMAL(18, 4)) AS fte_days
FROM open_months
WHERE days_open > 0
