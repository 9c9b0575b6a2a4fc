SELECT
    coalesce(provision_type, 'all') AS provision_type,
    coalesce(locality, 'all') AS locality,
    max(as_at) AS as_at,
    cast(sum(places) AS DECIMAL(18, 1)) AS commissioned_places,
    cast(sum(CASE WHEN usability = 'USABLE' THEN places ELSE 0 END) AS DECIMAL(18, 1)) AS effective_places
FROM provision_gap.place_usability
GROUP BY GROUPING SETS ((provision_type, locality), (provision_type), (locality), ())
