-- Each place once, in the first class that fits.
WITH places AS (
    SELECT
        coalesce(providers.provision_type, 'NOT_RECORDED') AS provision_type,
        bought.key_stage,
        bought.need AS primary_need,
        known.as_at,
        bought.places,
        CASE
            WHEN standing.standing IS NULL THEN 'NOT_APPROVED'
            WHEN standing.standing = 'USABLE' AND bought.valid_from > known.as_at THEN 'NOT_OPEN'
            ELSE standing.standing
        END AS standing
    FROM commissioning.commissioned_places AS bought
    CROSS JOIN
        (SELECT cast(max(week_start) + INTERVAL '4 days' AS DATE) AS as_at FROM placements.attendance) AS known
    INNER JOIN reference.days AS days
        ON known.as_at = days.calendar_date AND bought.academic_year = days.academic_year
    LEFT JOIN commissioning.providers AS providers ON bought.provider_id = providers.provider_id
    LEFT JOIN provision_gap.provider_standing AS standing ON bought.provider_id = standing.provider_id
    WHERE bought.valid_to IS NULL OR bought.valid_to >= known.as_at
)

SELECT
    coalesce(provision_type, 'all') AS provision_type,
    coalesce(key_stage, 'all') AS key_stage,
    coalesce(primary_need, 'all') AS primary_need,
    max(as_at) AS as_at,
    cast(sum(places) AS DECIMAL(18, 1)) AS commissioned_places,
    cast(sum(CASE WHEN standing = 'NOT_APPROVED' THEN places ELSE 0 END) AS DECIMAL(18, 1)) AS not_approved,
    cast(sum(CASE WHEN standing = 'CLOSED_LOT' THEN places ELSE 0 END) AS DECIMAL(18, 1)) AS closed_lot,
    cast(sum(CASE WHEN standing = 'CHECK_EXPIRED' THEN places ELSE 0 END) AS DECIMAL(18, 1)) AS check_expired,
    cast(sum(CASE WHEN standing = 'REGISTRATION' THEN places ELSE 0 END) AS DECIMAL(18, 1)) AS registration,
    cast(sum(CASE WHEN standing = 'NOT_OPEN' THEN places ELSE 0 END) AS DECIMAL(18, 1)) AS not_open,
    cast(sum(CASE WHEN standing = 'USABLE' THEN places ELSE 0 END) AS DECIMAL(18, 1)) AS usable_places
FROM places
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
