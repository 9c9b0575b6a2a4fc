-- A financial year is finished when the ledger has all its months and has had eight working days to close; until then
-- what is known of it ends with the last month that was received. A month that was never received, between two that were,
-- ends what is known, and leaves a year that would be finished incomplete.
WITH paid AS (
    SELECT min(paid_on) AS first_payment, max(paid_on) AS last_payment FROM finance.ledger_lines
),

known AS (
    SELECT least(max(days.calendar_date), $known_to) AS known_to
    FROM reference.days AS days
    CROSS JOIN paid
    WHERE
        date_part('year', days.calendar_date) = date_part('year', paid.last_payment)
        AND date_part('month', days.calendar_date) = date_part('month', paid.last_payment)
),

paid_months AS (
    SELECT DISTINCT days.month
    FROM finance.ledger_lines AS ledger
    INNER JOIN reference.days AS days ON ledger.paid_on = days.calendar_date
),

gaps AS (
    SELECT months.financial_start, min(months.first_day) AS first_day
    FROM paid
    CROSS JOIN (
        SELECT financial_start, month, min(calendar_date) AS first_day
        FROM reference.days
        GROUP BY financial_start, month
    ) AS months
    LEFT JOIN paid_months ON months.month = paid_months.month
    WHERE paid_months.month IS NULL AND months.first_day > paid.first_payment AND months.first_day < paid.last_payment
    GROUP BY months.financial_start
),

working_days AS (
    SELECT
        days.financial_start - 1 AS financial_start,
        days.calendar_date,
        row_number() OVER (PARTITION BY days.financial_start ORDER BY days.calendar_date) AS nth
    FROM reference.days AS days
    LEFT JOIN reference.bank_holidays AS holidays ON days.calendar_date = holidays.day
    WHERE
        date_part('month', days.calendar_date) = 4
        AND date_part('dow', days.calendar_date) BETWEEN 1 AND 5
        AND holidays.day IS NULL
)

SELECT
    closes.financial_start,
    cast(closes.financial_start AS VARCHAR) || '-' || right(cast(closes.financial_start + 1 AS VARCHAR), 2)
        AS financial_year,
    make_date(closes.financial_start, 4, 1) AS starts_on,
    make_date(closes.financial_start + 1, 3, 31) AS ends_on,
    least(known.known_to, make_date(closes.financial_start + 1, 3, 31), gaps.first_day - 1) AS known_to,
    CASE
        WHEN make_date(closes.financial_start, 4, 1) > known.known_to THEN 'FUTURE'
        WHEN known.known_to >= make_date(closes.financial_start + 1, 3, 31) AND $as_of >= closes.calendar_date
            THEN CASE WHEN gaps.first_day IS NULL THEN 'FINISHED' ELSE 'INCOMPLETE' END
        ELSE 'RUNNING'
    END AS period_state
FROM working_days AS closes
CROSS JOIN known
CROSS JOIN paid
LEFT JOIN gaps ON closes.financial_start = gaps.financial_start
WHERE
    closes.nth = 8
    AND make_date(closes.financial_start + 1, 3, 31) >= paid.first_payment
    AND make_date(closes.financial_start - 1, 4, 1) <= known.known_to
