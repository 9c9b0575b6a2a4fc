-- Many more children than places are no better use of them: places of a part of the year are not in the workbook, or children
-- are where nobody bought a place. A fifth above, as at the end of a year, may be both right.
WITH judged AS (
    SELECT
        academic_year,
        commissioned_places AS places,
        average_fte,
        pupils AS children,
        period_state,
        known_to,
        CASE
            WHEN average_fte > 2 * commissioned_places THEN 'FAR_ABOVE'
            WHEN average_fte * 5 > 6 * commissioned_places THEN 'ABOVE'
            WHEN average_fte < commissioned_places * $target_occupancy THEN 'UNDER_TARGET'
            ELSE 'WITHIN'
        END AS finding
    FROM provision_gap.provider_use
    WHERE commissioned_places > 0
)

SELECT
    academic_year,
    coalesce(finding, 'all') AS finding,
    count(*) AS providers,
    cast(sum(places) AS DECIMAL(18, 4)) AS places,
    cast(sum(children) AS BIGINT) AS children,
    cast(sum(average_fte) AS DECIMAL(18, 4)) AS average_fte,
    min(period_state) AS period_state,
    min(known_to) AS known_to
FROM judged
GROUP BY GROUPING SETS ((academic_year, finding), (academic_year))
