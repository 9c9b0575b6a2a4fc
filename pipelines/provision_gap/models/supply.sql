SELECT
    coalesce(provision_type, 'all') AS provision_type,
    coalesce(key_stage, 'all') AS key_stage,
    coalesce(primary_need, 'all') AS primary_need,
    max(as_at) AS as_at,
    cast(sum(places) AS DECIMAL(18, 1)) AS commissioned_places,
    cast(sum(CASE WHEN usability = 'NOT_APPROVED' THEN places ELSE 0 END) AS DECIMAL(18, 1)) AS not_approved,
    cast(sum(CASE WHEN usability = 'CLOSED_LOT' THEN places ELSE 0 END) AS DECIMAL(18, 1)) AS closed_lot,
    cast(sum(CASE WHEN usability = 'CHECK_EXPIRED' THEN places ELSE 0 END) AS DECIMAL(18, 1)) AS check_expired,
    cast(sum(CASE WHEN usability = 'REGISTRATION' THEN places ELSE 0 END) AS DECIMAL(18, 1)) AS registration,
    cast(sum(CASE WHEN usability = 'NOT_OPEN' THEN places ELSE 0 END) AS DECIMAL(18, 1)) AS not_open,
    cast(sum(CASE WHEN usability = 'USABLE' THEN places ELSE 0 END) AS DECIMAL(18, 1)) AS effective_places
FROM provision_gap.place_usability
GROUP BY GROUPING SETS (
    (provision_type, key_stage, primary_need),
    (provision_type, key_stage),
    (provision_type, primary_need),
    (key_stage, primary_need),
    (provision_type),
    (key_stage),
    (primary_need),
    ()
)
