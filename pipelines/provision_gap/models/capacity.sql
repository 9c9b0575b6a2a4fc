SELECT
    places.academic_year,
    places.provider_id,
    places.key_stage,
    places.need AS primary_need,
    coalesce(providers.provision_type, 'NOT_RECORDED') AS provision_type,
    cast(sum(places.places) AS DECIMAL(18, 1)) AS commissioned_places,
    -- Places that may be used: no child is sent to a provider that is suspended, removed or unchecked.
    cast(
        sum(
            CASE
                WHEN providers.provider_status IN ('APPROVED', 'APPROVED_CONDITIONS') THEN places.places
                ELSE 0
            END
        ) AS DECIMAL(18, 1)
    ) AS effective_places
FROM commissioning.commissioned_places AS places
LEFT JOIN commissioning.providers AS providers ON places.provider_id = providers.provider_id
GROUP BY places.academic_year, places.provider_id, places.key_stage, places.need, providers.provision_type
