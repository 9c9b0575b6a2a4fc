WITH counted AS (
    SELECT financial_year, match_status, count(*) AS lines, sum(amount) AS spend
    FROM cost_review.ledger_matches
    GROUP BY financial_year, match_status
),

cells AS (
    SELECT
        years.financial_year,
        states.match_status,
        states.is_matchable,
        coalesce(counted.lines, 0) AS lines,
        coalesce(counted.spend, 0) AS spend
    FROM (SELECT DISTINCT financial_year FROM counted) AS years
    CROSS JOIN (
        VALUES
        ('MATCHED', TRUE), ('DISPUTED', TRUE), ('UNMATCHED', TRUE), ('CREDIT_ALONE', FALSE), ('NOT_MATCHABLE', FALSE)
    ) AS states (match_status, is_matchable)
    LEFT JOIN counted
        ON years.financial_year = counted.financial_year AND states.match_status = counted.match_status
),

matchable AS (
    SELECT financial_year, sum(spend) AS spend FROM cells WHERE is_matchable GROUP BY financial_year
),

totals AS (
    SELECT
        financial_year,
        coalesce(match_status, 'all') AS match_status,
        coalesce(min(cast(is_matchable AS INTEGER)) FILTER (WHERE match_status IS NOT NULL), 0) AS is_matchable,
        sum(lines) AS lines,
        sum(spend) AS spend
    FROM cells
    GROUP BY GROUPING SETS ((financial_year, match_status), (financial_year))
)

SELECT
    totals.financial_year,
    totals.match_status,
    cast(totals.lines AS BIGINT) AS lines,
    cast(totals.spend AS DECIMAL(18, 2)) AS spend,
    cast(CASE WHEN totals.is_matchable = 1 AND totals.match_status <> 'all' THEN matchable.spend END AS DECIMAL(18, 2))
        AS matchable,
    coalesce(holders.children, 0) AS children,
    coalesce(holders.firms, 0) AS firms,
    cast(coalesce(holders.paid_1, 0) AS DECIMAL(18, 2)) AS paid_1,
    cast(coalesce(holders.paid_2, 0) AS DECIMAL(18, 2)) AS paid_2,
    states.period_state,
    states.known_to
FROM totals
INNER JOIN matchable ON totals.financial_year = matchable.financial_year
LEFT JOIN cost_review.match_holders AS holders
    ON totals.financial_year = holders.financial_year AND totals.match_status = holders.code
LEFT JOIN cost_review.year_states AS states ON totals.financial_year = states.financial_year
