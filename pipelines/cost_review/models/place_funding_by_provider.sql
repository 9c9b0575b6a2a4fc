WITH known_days AS (
    SELECT days.financial_year, states.period_state, states.known_to, count(*) AS school_days
    FROM activity.placement_days AS days
    INNER JOIN cost_review.financial_states AS states ON days.financial_year = states.financial_year
    GROUP BY days.financial_year, states.period_state, states.known_to
    HAVING
        make_date(cast(left(days.financial_year, 4) AS BIGINT), 4, 1) + INTERVAL '31 days'
        >= (SELECT min(week_start) FROM placements.attendance)
),

elements AS (
    SELECT * FROM cost_review.place_elements WHERE basis = 'NOW'
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
    cast(coalesce(elements.topup_element, 0) AS DECIMAL(18, 2)) AS topup_element,
    cast(coalesce(journals.transferred, 0) AS DECIMAL(18, 2)) AS other,
    cast(
        cast(coalesce(elements.place_element, 0) AS DECIMAL(18, 2))
        + cast(coalesce(elements.topup_element, 0) AS DECIMAL(18, 2)) + coalesce(journals.transferred, 0) AS DECIMAL(18, 2)
    ) AS entitlement,
    cast(coalesce(paid.paid, 0) + coalesce(journals.transferred, 0) AS DECIMAL(18, 2)) AS paid,
    cast(
        coalesce(paid.paid, 0) - cast(coalesce(elements.place_element, 0) AS DECIMAL(18, 2))
        - cast(coalesce(elements.topup_element, 0) AS DECIMAL(18, 2)) AS DECIMAL(18, 2)
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
LEFT JOIN paid ON days.provider_id = paid.provider_id AND days.financial_year = paid.financial_year
LEFT JOIN children ON days.provider_id = children.provider_id AND days.financial_year = children.financial_year
LEFT JOIN journals ON days.provider_id = journals.provider_id AND days.financial_year = journals.financial_year
