-- The school census is taken on the third Thursday of January.
SELECT
    cast(date_part('year', day) - 1 AS VARCHAR) || '-' || right(cast(date_part('year', day) AS VARCHAR), 2)
        AS academic_year,
    make_date(date_part('year', day) - 1, 9, 1) AS starts_on,
    make_date(date_part('year', day), 8, 31) AS ends_on,
    cast(day AS DATE) AS census_on
FROM generate_series(DATE '2000-01-01', DATE '2099-12-31', INTERVAL '1 day') AS calendar (day)
WHERE date_part('month', day) = 1 AND date_part('day', day) BETWEEN 15 AND 21 AND date_part('dow', day) = 4
