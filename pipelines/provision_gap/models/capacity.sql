-- Places that are bought for a part of a year count for its share of the school days, as their use does.
WITH periods AS (
    SELECT DISTINCT academic_year, valid_from, valid_to FROM commissioning.commissioned_places
),

shares AS (
    SELECT
        periods.academic_year,
        periods.valid_from,
        periods.valid_to,
        count(*) AS school_days,
        sum(
            CASE
                WHEN
                    days.calendar_date >= coalesce(periods.valid_from, days.calendar_date)
                    AND days.calendar_date <= coalesce(periods.valid_to, days.calendar_date)
                    THEN 1
                ELSE 0
            END
        ) AS days_bought
    FROM periods
    INNER JOIN activity.placement_days AS days ON periods.academic_year = days.academic_year
    GROUP BY periods.academic_year, periods.valid_from, periods.valid_to
),

bought AS (
    SELECT
        places.academic_year,
        places.provider_id,
        places.key_stage,
        places.need,
        -- Of a year that has not begun nothing can be used yet: its places are those bought.
        CASE
            WHEN shares.school_days IS NULL THEN exact(places.places)
            ELSE exact(places.places * shares.days_bought) / shares.school_days
        END AS places
    FROM commissioning.commissioned_places AS places
    LEFT JOIN shares
        ON
            places.academic_year = shares.academic_year
            AND (places.valid_from IS NOT DISTINCT FROM shares.valid_from)
            AND (places.valid_to IS NOT DISTINCT FROM shares.valid_to)
),

reported AS (
    SELECT
        bought.academic_year,
        bought.provider_id,
        bought.key_stage,
        bought.need AS primary_need,
        coalesce(providers.provision_type, 'NOT_RECORDED') AS provision_type,
        cast(sum(bought.places) AS DECIMAL(18, 1)) AS commissioned_places
    FROM bought
    LEFT JOIN commissioning.providers AS providers ON bought.provider_id = providers.provider_id
    GROUP BY bought.academic_year, bought.provider_id, bought.key_stage, bought.need, providers.provision_type
)

SELECT
    reported.*,
    states.period_state,
    states.known_to
FROM reported
LEFT JOIN activity.academic_states AS states ON reported.academic_year = states.academic_year
