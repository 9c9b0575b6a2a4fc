WITH known_days AS (
    SELECT days.financial_year, states.period_state, states.known_to, count(*) AS school_days
    FROM activity.placement_days AS days
    INNER JOIN cost_review.financial_states AS states ON days.financial_year = states.financial_year
    GROUP BY days.financial_year, states.period_state, states.known_to
    HAVING
        make_date(cast(left(days.financial_year, 4) AS BIGINT), 4, 1) + INTERVAL '31 days'
        >= (SELECT min(week_start) FROM placements.attendance)
),

-- Places are due by the month; of a running year, to the last month that the ledger has.
elements AS (
    SELECT months.provider_id, months.financial_year, sum(months.place_element) AS place_element
    FROM cost_review.place_months AS months
    INNER JOIN cost_review.financial_states AS states ON months.financial_year = states.financial_year
    INNER JOIN reference.days AS last_days ON states.known_to = last_days.calendar_date
    WHERE months.month <= last_days.month
    GROUP BY months.provider_id, months.financial_year
),

-- A top-up is paid for the calendar days of a placement, as a part of the financial year's.
rates AS (
    SELECT DISTINCT provider_id, academic_year, max(topup_rate) OVER (PARTITION BY provider_id, academic_year) AS topup_rate
    FROM cost_review.place_spells
    WHERE basis = 'BLOCK' AND topup_rate IS NOT NULL
),

top_ups AS (
    SELECT
        spells.provider_id,
        states.financial_year,
        sum(
            exact(spells.fte * rates.topup_rate)
            * cast(
                least(coalesce(spells.counts_to, states.known_to), states.known_to, years.ends_on)
                - greatest(spells.started_on, states.starts_on, years.starts_on) + 1 AS DECIMAL(9, 0)
            ) / cast(states.ends_on - states.starts_on + 1 AS DECIMAL(9, 0))
        ) AS topup_element
    FROM activity.placement_spells AS spells
    INNER JOIN cost_review.financial_states AS states
        ON
            spells.started_on <= states.known_to
            AND (spells.counts_to IS NULL OR spells.counts_to >= states.starts_on)
    INNER JOIN activity.academic_years AS years
        ON
            greatest(spells.started_on, states.starts_on) <= years.ends_on
            AND least(coalesce(spells.counts_to, states.known_to), states.known_to) >= years.starts_on
    INNER JOIN rates ON spells.provider_id = rates.provider_id AND years.academic_year = rates.academic_year
    WHERE spells.commissioner = 'LA'
    GROUP BY spells.provider_id, states.financial_year
),

-- The ledger knows a supplier, and its first provider stands for all.
paid AS (
    SELECT financial_year, provider_id, sum(amount) AS paid
    FROM cost_review.ledger_matches
    WHERE matched_by <> 'J' AND (spend_class IN ('PLACES', 'TOP_UPS') OR matched_by = 'P' OR spend_class = 'HOSPITAL')
    GROUP BY financial_year, provider_id
),

-- What is moved to a centre without a payment is paid to it; what schools are recharged is income of the council.
journals AS (
    SELECT
        financial_year,
        provider_id,
        sum(CASE WHEN kind = 'PLACE_TRANSFER' THEN amount ELSE 0 END) AS transferred,
        sum(CASE WHEN kind = 'RECHARGE_SCHOOL' THEN -amount ELSE 0 END) AS school_use_income
    FROM cost_review.ap_journals
    GROUP BY financial_year, provider_id
),

children AS (
    SELECT
        financial_year,
        provider_id,
        count(DISTINCT pupil_key) AS footfall,
        count(DISTINCT CASE WHEN commissioner = 'SCHOOL' THEN pupil_key END) AS school_children
    FROM activity.placement_months
    GROUP BY financial_year, provider_id
),

days AS (
    SELECT
        provider_id,
        financial_year,
        sum(school_days) AS school_days,
        sum(place_days) AS place_days,
        sum(placement_days) AS placement_days,
        sum(fte_days) AS fte_days,
        sum(school_use_days) AS school_use_days,
        sum(void_place_days) AS void_place_days,
        sum(void_cost) AS void_cost
    FROM cost_review.place_days
    GROUP BY provider_id, financial_year
)

SELECT
    days.financial_year,
    days.provider_id,
    coalesce(providers.provider_name, days.provider_id) AS provider_name,
    coalesce(providers.provision_type, 'NOT_RECORDED') AS provision_type,
    known_days.period_state,
    known_days.known_to,
    cast(exact(days.place_days) / known_days.school_days AS DECIMAL(18, 6)) AS places,
    cast(coalesce(elements.place_element, 0) AS DECIMAL(18, 2)) AS place_element,
    cast(coalesce(top_ups.topup_element, 0) AS DECIMAL(18, 2)) AS topup_element,
    cast(coalesce(journals.transferred, 0) AS DECIMAL(18, 2)) AS other,
    cast(
        cast(coalesce(elements.place_element, 0) AS DECIMAL(18, 2))
        + cast(coalesce(top_ups.topup_element, 0) AS DECIMAL(18, 2)) + coalesce(journals.transferred, 0) AS DECIMAL(18, 2)
    ) AS entitlement,
    cast(coalesce(paid.paid, 0) + coalesce(journals.transferred, 0) AS DECIMAL(18, 2)) AS paid,
    cast(
        coalesce(paid.paid, 0) - cast(coalesce(elements.place_element, 0) AS DECIMAL(18, 2))
        - cast(coalesce(top_ups.topup_element, 0) AS DECIMAL(18, 2)) AS DECIMAL(18, 2)
    ) AS difference,
    coalesce(children.footfall, 0) AS footfall,
    coalesce(children.school_children, 0) AS school_children,
    cast(exact(days.placement_days) / known_days.school_days AS DECIMAL(18, 6)) AS average_roll,
    cast(exact(days.fte_days) / known_days.school_days AS DECIMAL(18, 6)) AS average_fte,
    days.fte_days,
    days.place_days,
    days.placement_days,
    cast(days.void_place_days AS DECIMAL(18, 1)) AS void_place_days,
    cast(days.void_cost AS DECIMAL(18, 2)) AS void_cost,
    cast(days.school_use_days AS DECIMAL(18, 1)) AS school_use_days,
    cast(coalesce(journals.school_use_income, 0) AS DECIMAL(18, 2)) AS school_use_income,
    cast(
        CASE
            WHEN known_days.period_state = 'FINISHED' THEN coalesce(paid.paid, 0) + coalesce(journals.transferred, 0)
        END AS DECIMAL(18, 2)
    ) AS paid_in_year
FROM days
INNER JOIN known_days ON days.financial_year = known_days.financial_year
LEFT JOIN commissioning.providers AS providers ON days.provider_id = providers.provider_id
LEFT JOIN elements ON days.provider_id = elements.provider_id AND days.financial_year = elements.financial_year
LEFT JOIN top_ups ON days.provider_id = top_ups.provider_id AND days.financial_year = top_ups.financial_year
LEFT JOIN paid ON days.provider_id = paid.provider_id AND days.financial_year = paid.financial_year
LEFT JOIN children ON days.provider_id = children.provider_id AND days.financial_year = children.financial_year
LEFT JOIN journals ON days.provider_id = journals.provider_id AND days.financial_year = journals.financial_year
