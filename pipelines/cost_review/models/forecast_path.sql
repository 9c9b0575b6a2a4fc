-- From what is booked so far to where the year will end, month by month, added up. Between the two the months fall as those
-- of the year before did: only the last of them is a forecast of its own.
WITH states AS (
    SELECT states.financial_year, states.financial_start, states.starts_on, days.month AS known_month
    FROM cost_review.financial_states AS states
    INNER JOIN reference.days AS days ON states.known_to = days.calendar_date
    WHERE states.period_state = 'RUNNING' AND states.known_to < states.ends_on
),

booked AS (
    SELECT financial_year, left(month, 7) AS month, amount
    FROM cost_review.ap_ledger
    WHERE spend_class IN ('PLACES', 'TOP_UPS', 'INDEPENDENT', 'AP_SERVICES')
    UNION ALL
    SELECT financial_year, left(month, 7) AS month, amount
    FROM cost_review.ap_journals
    WHERE purpose <> 'ACCRUED' AND spend_class IN ('PLACES', 'TOP_UPS', 'INDEPENDENT', 'AP_SERVICES')
),

-- The months of the year, each with the same one of the year before.
months AS (
    SELECT DISTINCT
        states.financial_year,
        states.financial_start,
        states.known_month,
        days.month,
        cast(cast(left(days.month, 4) AS BIGINT) - 1 AS VARCHAR) || right(days.month, 3) AS month_before
    FROM states
    INNER JOIN reference.days AS days ON states.financial_year = days.financial_year
),

amounts AS (
    SELECT
        months.financial_year,
        months.month,
        months.known_month,
        coalesce(now.amount, 0) AS amount,
        CASE WHEN months.month > months.known_month THEN greatest(coalesce(before.amount, 0), 0) ELSE 0 END AS amount_before
    FROM months
    LEFT JOIN (SELECT financial_year, month, sum(amount) AS amount FROM booked GROUP BY financial_year, month) AS now
        ON months.financial_year = now.financial_year AND months.month = now.month
    LEFT JOIN (SELECT month, sum(amount) AS amount FROM booked GROUP BY month) AS before
        ON months.month_before = before.month
),

-- Where the year before has nothing in those months, they are alike.
weighed AS (
    SELECT
        *,
        CASE
            WHEN month <= known_month THEN 0
            WHEN sum(amount_before) OVER (PARTITION BY financial_year) > 0 THEN amount_before
            ELSE 1
        END AS weight
    FROM amounts
),

summed AS (
    SELECT
        financial_year,
        month,
        known_month,
        sum(amount) OVER (PARTITION BY financial_year ORDER BY month) AS up_to,
        sum(amount) OVER (PARTITION BY financial_year) AS whole,
        sum(weight) OVER (PARTITION BY financial_year ORDER BY month) AS weight_up_to,
        sum(weight) OVER (PARTITION BY financial_year) AS weight_whole
    FROM weighed
),

shares AS (
    SELECT
        *,
        cast(cast(weight_up_to AS DECIMAL(24, 8)) / nullif(cast(weight_whole AS DECIMAL(18, 2)), 0) AS DECIMAL(18, 12))
            AS share
    FROM summed
)

SELECT
    shares.financial_year,
    shares.month,
    names.short_name || ' ' || left(shares.month, 4) AS month_shown,
    shares.month > shares.known_month AS is_forecast,
    cast(
        CASE WHEN shares.month <= shares.known_month THEN shares.up_to ELSE shares.whole + (forecast.low - shares.whole) * shares.share END
        AS DECIMAL(18, 2)
    ) AS low,
    cast(
        CASE
            WHEN shares.month <= shares.known_month THEN shares.up_to
            ELSE shares.whole + (forecast.central - shares.whole) * shares.share
        END AS DECIMAL(18, 2)
    ) AS central,
    cast(
        CASE
            WHEN shares.month <= shares.known_month THEN shares.up_to
            ELSE shares.whole + (forecast.high - shares.whole) * shares.share
        END AS DECIMAL(18, 2)
    ) AS high,
    states.period_state,
    states.known_to
FROM shares
INNER JOIN cost_review.forecast_outturn AS forecast
    ON shares.financial_year = forecast.financial_year AND forecast.component = 'all'
INNER JOIN (
    VALUES
    ('01', 'Jan'), ('02', 'Feb'), ('03', 'Mar'), ('04', 'Apr'), ('05', 'May'), ('06', 'Jun'),
    ('07', 'Jul'), ('08', 'Aug'), ('09', 'Sep'), ('10', 'Oct'), ('11', 'Nov'), ('12', 'Dec')
) AS names (month_no, short_name)
    ON right(shares.month, 2) = names.month_no
LEFT JOIN cost_review.year_states AS states ON shares.financial_year = states.financial_year
