-- Many more children than places are no better use of them: places of a part of the year are not in the workbook, or children
-- are where nobody bought a place. A fifth above, as at the end of a year, may be both right.
WITH judged AS (
    SELECT
        financial_year,
        places,
        average_fte,
        footfall AS children,
        period_state,
        known_to,
        CASE
            WHEN average_fte > 2 * places THEN 'FAR_ABOVE'
            WHEN average_fte * 5 > 6 * places THEN 'ABOVE'
            WHEN average_fte < places * $target_occupancy THEN 'UNDER_TARGET'
            ELSE 'WITHIN'
        END AS finding
    FROM cost_review.place_funding_by_provider
    WHERE places > 0
)

SELECT
    financial_year,
    coalesce(finding, 'all') AS finding,
    count(*) AS providers,
    cast(sum(places) AS DECIMAL(18, 4)) AS places,
    cast(sum(children) AS BIGINT) AS children,
    cast(sum(average_fte) AS DECIMAL(18, 4)) AS average_fte,
    min(period_state) AS period_state,
    min(known_to) AS known_to
FROM judged
GROUP BY GROUPING SETS ((financial_year, finding), (financial_year))
