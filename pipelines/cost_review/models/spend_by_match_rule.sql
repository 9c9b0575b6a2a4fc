WITH counted AS (
    SELECT financial_year, matched_by, count(*) AS lines, sum(amount) AS spend
    FROM cost_review.ledger_matches
    GROUP BY financial_year, matched_by
),

cells AS (
    SELECT
        years.financial_year,
        rules.matched_by,
        coalesce(counted.lines, 0) AS lines,
        coalesce(counted.spend, 0) AS spend
    FROM (SELECT DISTINCT financial_year FROM counted) AS years
    CROSS JOIN (
        VALUES ('1'), ('2'), ('3'), ('4'), ('5'), ('6'), ('NO_INVOICE'), ('C'), ('P'), ('T'), ('J')
    ) AS rules (matched_by)
    LEFT JOIN counted ON years.financial_year = counted.financial_year AND rules.matched_by = counted.matched_by
),

reported AS (
    SELECT
        financial_year,
        coalesce(matched_by, 'all') AS matched_by,
        cast(sum(lines) AS BIGINT) AS lines,
        cast(sum(spend) AS DECIMAL(18, 2)) AS spend
    FROM cells
    GROUP BY GROUPING SETS ((financial_year, matched_by), (financial_year))
)

SELECT
    reported.*,
    coalesce(holders.children, 0) AS children,
    coalesce(holders.firms, 0) AS firms,
    cast(coalesce(holders.paid_1, 0) AS DECIMAL(18, 2)) AS paid_1,
    cast(coalesce(holders.paid_2, 0) AS DECIMAL(18, 2)) AS paid_2,
    states.period_state,
    states.known_to
FROM reported
LEFT JOIN cost_review.match_holders AS holders
    ON reported.financial_year = holders.financial_year AND reported.matched_by = holders.code
LEFT JOIN cost_review.year_states AS states ON reported.financial_year = states.financial_year
