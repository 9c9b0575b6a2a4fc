-- The days for which places are bought: those of the academic year, which for places after 16 begins in August, where the
-- workbook does not say.
WITH places AS (
    SELECT
        places.*,
        cast(left(places.academic_year, 4) AS BIGINT) AS academic_start,
        CASE WHEN places.key_stage = 'P16' THEN 8 ELSE 9 END AS first_month,
        coalesce(providers.provision_type, 'NOT_RECORDED') AS provision_type
    FROM commissioning.commissioned_places AS places
    LEFT JOIN commissioning.providers AS providers ON places.provider_id = providers.provider_id
)

SELECT
    provider_id,
    provision_type,
    academic_year,
    key_stage,
    need,
    basis,
    places,
    place_rate,
    topup_rate,
    coalesce(valid_from, make_date(academic_start, first_month, 1)) AS first_day,
    coalesce(valid_to, make_date(academic_start + 1, first_month - 1, 31)) AS last_day
FROM places
