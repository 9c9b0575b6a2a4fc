WITH ranked AS (
    SELECT
        lists.area_code,
        ranks.closeness_rank,
        CASE ranks.closeness_rank
            WHEN 1 THEN lists.neighbour_1
            WHEN 2 THEN lists.neighbour_2
            WHEN 3 THEN lists.neighbour_3
            WHEN 4 THEN lists.neighbour_4
            WHEN 5 THEN lists.neighbour_5
            WHEN 6 THEN lists.neighbour_6
            WHEN 7 THEN lists.neighbour_7
            WHEN 8 THEN lists.neighbour_8
            WHEN 9 THEN lists.neighbour_9
            WHEN 10 THEN lists.neighbour_10
        END AS neighbour_code
    FROM reference.neighbour_lists AS lists
    CROSS JOIN (VALUES (1), (2), (3), (4), (5), (6), (7), (8), (9), (10)) AS ranks (closeness_rank)
)

SELECT
    cast(ranked.area_code AS VARCHAR) AS area_code,
    ranked.closeness_rank,
    cast(ranked.neighbour_code AS VARCHAR) AS neighbour_code,
    areas.area_name AS neighbour_name
FROM ranked
LEFT JOIN reference.areas AS areas ON cast(ranked.neighbour_code AS VARCHAR) = areas.area_code
WHERE ranked.neighbour_code IS NOT NULL
