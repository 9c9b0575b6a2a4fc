-- Each row of places once, in the first class that fits.
SELECT
    bought.provider_id,
    coalesce(providers.provision_type, 'NOT_RECORDED') AS provision_type,
    bought.key_stage,
    bought.need AS primary_need,
    CASE
        WHEN sites.la_code IS NULL THEN 'UNKNOWN'
        WHEN sites.la_code <> $la_code THEN 'OUT_OF_AREA'
        ELSE coalesce(wards.reporting_ward_name, 'UNKNOWN')
    END AS locality,
    known.as_at,
    bought.places,
    CASE
        WHEN usability.usability IS NULL THEN 'NOT_APPROVED'
        WHEN
            usability.usability = 'USABLE'
            AND (bought.valid_from > known.as_at OR providers.opens_on > known.as_at)
            THEN 'NOT_OPEN'
        ELSE usability.usability
    END AS usability
FROM commissioning.commissioned_places AS bought
CROSS JOIN
    (SELECT cast(max(week_start) + INTERVAL '4 days' AS DATE) AS as_at FROM placements.attendance) AS known
INNER JOIN reference.days AS days
    ON known.as_at = days.calendar_date AND bought.academic_year = days.academic_year
LEFT JOIN commissioning.providers AS providers ON bought.provider_id = providers.provider_id
LEFT JOIN reference.postcodes AS sites ON providers.postcode = sites.postcode
LEFT JOIN reference.wards AS wards ON sites.ward_code = wards.ward_code
LEFT JOIN provision_gap.provider_usability AS usability ON bought.provider_id = usability.provider_id
WHERE bought.valid_to IS NULL OR bought.valid_to >= known.as_at
