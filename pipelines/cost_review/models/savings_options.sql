-- What could be saved or recovered, each with the number of its own table. They overlap and are never added up.
WITH finished AS (
    SELECT financial_year, financial_start FROM cost_review.financial_states WHERE period_state = 'FINISHED'
),

-- Empty places of providers that were under the target two years running.
under_target AS (
    SELECT this.financial_year, this.provider_id, this.void_cost
    FROM cost_review.place_funding_by_provider AS this
    INNER JOIN finished ON this.financial_year = finished.financial_year
    INNER JOIN finished AS before ON before.financial_start = finished.financial_start - 1
    INNER JOIN cost_review.place_funding_by_provider AS earlier
        ON before.financial_year = earlier.financial_year AND this.provider_id = earlier.provider_id
    WHERE
        this.provision_type <> 'HOSPITAL_MEDICAL'
        AND this.average_fte < this.places * $target_occupancy
        AND earlier.average_fte < earlier.places * $target_occupancy
),

options AS (
    SELECT financial_year, 'EMPTY_PLACES' AS option, sum(void_cost) AS amount FROM under_target GROUP BY financial_year
    UNION ALL
    SELECT league.financial_year, 'ABSENCE' AS option, sum(league.non_attendance_cost) AS amount
    FROM cost_review.provider_league AS league
    INNER JOIN finished ON league.financial_year = finished.financial_year
    GROUP BY league.financial_year
    UNION ALL
    SELECT exceptions.financial_year, exceptions.kind AS option, exceptions.amount
    FROM cost_review.invoice_exceptions AS exceptions
    INNER JOIN finished ON exceptions.financial_year = finished.financial_year
    WHERE exceptions.kind IN ('WRONG_RATE', 'DUPLICATE', 'POSSIBLE_DUPLICATE', 'AFTER_END')
)

SELECT
    finished.financial_year,
    listed.option,
    cast(coalesce(options.amount, 0) AS DECIMAL(18, 2)) AS amount
FROM finished
CROSS JOIN (
    VALUES ('EMPTY_PLACES'), ('ABSENCE'), ('WRONG_RATE'), ('DUPLICATE'), ('POSSIBLE_DUPLICATE'), ('AFTER_END')
) AS listed (option)
LEFT JOIN options ON finished.financial_year = options.financial_year AND listed.option = options.option
