-- What is due for places and top-ups to a day: of each year to the last day that is known of it, and of finished ones to the
-- same day as the running year's.
WITH states AS (
    SELECT 'NOW' AS basis, years.financial_year, years.starts_on, years.ends_on, years.known_to, days.month AS known_month
    FROM cost_review.financial_states AS years
    INNER JOIN reference.days AS days ON years.known_to = days.calendar_date
    UNION ALL
    SELECT basis, financial_year, starts_on, ends_on, known_to, known_month
    FROM cost_review.forecast_points
    WHERE basis <> 'NOW'
),

-- Places are due by the month; of a running year, to the last month that the ledger has.
elements AS (
    SELECT states.basis, states.financial_year, months.provider_id, sum(months.place_element) AS place_element
    FROM cost_review.place_months AS months
    INNER JOIN states ON months.financial_year = states.financial_year AND months.month <= states.known_month
    GROUP BY states.basis, states.financial_year, months.provider_id
),

-- A top-up is paid for the calendar days of a placement, as a part of the financial year's.
rates AS (
    SELECT DISTINCT provider_id, academic_year, max(topup_rate) OVER (PARTITION BY provider_id, academic_year) AS topup_rate
    FROM cost_review.place_spells
    WHERE basis = 'BLOCK' AND topup_rate IS NOT NULL
),

top_ups AS (
    SELECT
        states.basis,
        states.financial_year,
        spells.provider_id,
        sum(
            exact(spells.fte * rates.topup_rate)
            * cast(
                least(coalesce(spells.counts_to, states.known_to), states.known_to, years.ends_on)
                - greatest(spells.started_on, states.starts_on, years.starts_on) + 1 AS DECIMAL(9, 0)
            ) / cast(states.ends_on - states.starts_on + 1 AS DECIMAL(9, 0))
        ) AS topup_element
    FROM activity.placement_spells AS spells
    INNER JOIN states
        ON
            spells.started_on <= states.known_to
            AND (spells.counts_to IS NULL OR spells.counts_to >= states.starts_on)
    INNER JOIN activity.academic_years AS years
        ON
            greatest(spells.started_on, states.starts_on) <= years.ends_on
            AND least(coalesce(spells.counts_to, states.known_to), states.known_to) >= years.starts_on
    INNER JOIN rates ON spells.provider_id = rates.provider_id AND years.academic_year = rates.academic_year
    WHERE spells.commissioner = 'LA'
    GROUP BY states.basis, states.financial_year, spells.provider_id
)

SELECT
    coalesce(elements.basis, top_ups.basis) AS basis,
    coalesce(elements.financial_year, top_ups.financial_year) AS financial_year,
    coalesce(elements.provider_id, top_ups.provider_id) AS provider_id,
    cast(coalesce(elements.place_element, 0) AS DECIMAL(18, 2)) AS place_element,
    cast(coalesce(top_ups.topup_element, 0) AS DECIMAL(18, 2)) AS topup_element
FROM elements
FULL OUTER JOIN top_ups
    ON
        elements.basis = top_ups.basis
        AND elements.financial_year = top_ups.financial_year
        AND elements.provider_id = top_ups.provider_id
