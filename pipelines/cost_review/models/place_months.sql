-- A place is paid for by twelfths of its year, and for days as parts of their month.
WITH months AS (
    SELECT
        month,
        financial_year,
        min(calendar_date) AS starts_on,
        max(calendar_date) AS ends_on,
        count(*) AS days
    FROM reference.days
    GROUP BY month, financial_year
),

parts AS (
    SELECT
        places.provider_id,
        places.provision_type,
        months.financial_year,
        months.month,
        months.days,
        least(places.last_day, months.ends_on) - greatest(places.first_day, months.starts_on) + 1 AS days_bought,
        places.places,
        places.place_rate
    FROM cost_review.place_spells AS places
    INNER JOIN months ON places.first_day <= months.ends_on AND places.last_day >= months.starts_on
    WHERE places.basis = 'BLOCK'
)

SELECT
    provider_id,
    provision_type,
    financial_year,
    month,
    exact(
        sum(
            exact(places * place_rate) / 12 * cast(days_bought AS DECIMAL(9, 0)) / cast(days AS DECIMAL(9, 0))
        )
    ) AS place_element
FROM parts
GROUP BY provider_id, provision_type, financial_year, month
