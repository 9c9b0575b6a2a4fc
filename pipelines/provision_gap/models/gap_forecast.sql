-- The children that are forecast, in the proportions of the last whole year, with those waiting and placed elsewhere now,
-- beside the places that are commissioned for the year or else stand today.
WITH forecast AS (
    SELECT
        made_in,
        forecast_year,
        years_ahead,
        max(CASE WHEN is_headline THEN headcount END) AS central,
        max(CASE WHEN is_headline AND method = 'NAIVE' THEN low END) AS naive_low,
        max(CASE WHEN is_headline AND method = 'NAIVE' THEN high END) AS naive_high,
        least(
            max(CASE WHEN method = 'COHORT' AND scenario = 'HOLD' THEN first_decile END),
            max(CASE WHEN method = 'COHORT' AND scenario = 'POLICY' THEN headcount END)
        ) AS model_low,
        greatest(
            max(CASE WHEN method = 'COHORT' AND scenario = 'HOLD' THEN ninth_decile END),
            max(CASE WHEN method = 'COHORT' AND scenario = 'TREND' THEN headcount END)
        ) AS model_high,
        max(planning_factor) AS planning_factor,
        max(CASE WHEN method = 'COHORT' AND scenario = 'HOLD' THEN mape END) AS model_error,
        max(naive_mape) AS naive_error
    FROM needs_assessment.ap_forecast
    WHERE population = 'LA_COMMISSIONED' AND age_group = 'all'
    GROUP BY made_in, forecast_year, years_ahead
),

bands AS (
    SELECT
        made_in,
        forecast_year,
        years_ahead,
        planning_factor,
        model_error,
        naive_error,
        coalesce(naive_low, model_low) AS low,
        central,
        coalesce(naive_high, model_high) AS high
    FROM forecast
    -- One number without its band forecasts nothing.
    WHERE coalesce(naive_low, model_low) IS NOT NULL AND coalesce(naive_high, model_high) IS NOT NULL
),

-- The last year that is over, and of which every month is known.
last_year AS (
    SELECT max(academic_year) AS academic_year
    FROM provision_gap.gap_now
    WHERE academic_year <= (SELECT max(made_in) FROM bands)
),

cells AS (
    SELECT
        gaps.provision_type,
        gaps.key_stage,
        gaps.placements_occupied,
        gaps.p90_demand / nullif(whole.p90_demand, 0) AS part
    FROM provision_gap.gap_now AS gaps
    INNER JOIN last_year ON gaps.academic_year = last_year.academic_year
    CROSS JOIN (
        SELECT sum(cells.p90_demand) AS p90_demand
        FROM provision_gap.gap_now AS cells
        INNER JOIN last_year ON cells.academic_year = last_year.academic_year
        WHERE cells.provision_type <> 'all' AND cells.key_stage <> 'all'
    ) AS whole
    WHERE gaps.provision_type <> 'all' AND gaps.key_stage <> 'all'
),

newest_month AS (
    SELECT max(month) AS month FROM provision_gap.demand
),

held AS (
    SELECT demand.provision_type, demand.key_stage, demand.waiting_fte + demand.elsewhere_fte AS fte
    FROM provision_gap.demand AS demand
    INNER JOIN newest_month ON demand.month = newest_month.month
),

today AS (
    SELECT supply.provision_type, supply.key_stage, days.academic_year, supply.effective_places
    FROM provision_gap.supply AS supply
    INNER JOIN reference.days AS days ON supply.as_at = days.calendar_date
    WHERE supply.primary_need = 'all'
),

-- Of a year to come a place counts whose provider could be used today.
ahead AS (
    SELECT
        places.academic_year,
        coalesce(providers.provision_type, 'NOT_RECORDED') AS provision_type,
        places.key_stage,
        sum(CASE WHEN usability.usability = 'USABLE' THEN places.places ELSE 0 END) AS effective_places
    FROM commissioning.commissioned_places AS places
    LEFT JOIN commissioning.providers AS providers ON places.provider_id = providers.provider_id
    LEFT JOIN provision_gap.provider_usability AS usability ON places.provider_id = usability.provider_id
    WHERE places.academic_year > (SELECT max(academic_year) FROM today)
    GROUP BY places.academic_year, providers.provision_type, places.key_stage
),

years_ahead AS (
    SELECT DISTINCT academic_year FROM ahead
),

all_cells AS (
    SELECT provision_type, key_stage FROM cells
    UNION
    SELECT provision_type, key_stage FROM today WHERE provision_type <> 'all' AND key_stage <> 'all'
),

needed AS (
    SELECT
        bands.made_in,
        bands.forecast_year,
        bands.years_ahead,
        bands.model_error,
        bands.naive_error,
        all_cells.provision_type,
        all_cells.key_stage,
        coalesce(cells.placements_occupied, 0) AS placements_occupied,
        exact(coalesce(cells.part, 0) * bands.planning_factor * bands.low) + coalesce(held.fte, 0)
            AS fte_low,
        exact(coalesce(cells.part, 0) * bands.planning_factor * bands.central) + coalesce(held.fte, 0)
            AS fte_central,
        exact(coalesce(cells.part, 0) * bands.planning_factor * bands.high) + coalesce(held.fte, 0)
            AS fte_high,
        cast(
            round(
                coalesce(
                    CASE
                        WHEN years_ahead.academic_year IS NULL THEN today.effective_places
                        ELSE ahead.effective_places
                    END,
                    0
                )
            ) AS BIGINT
        ) AS effective_places
    FROM bands
    CROSS JOIN all_cells
    LEFT JOIN cells
        ON all_cells.provision_type = cells.provision_type AND all_cells.key_stage = cells.key_stage
    LEFT JOIN held ON all_cells.provision_type = held.provision_type AND all_cells.key_stage = held.key_stage
    LEFT JOIN today ON all_cells.provision_type = today.provision_type AND all_cells.key_stage = today.key_stage
    LEFT JOIN years_ahead ON bands.forecast_year = years_ahead.academic_year
    LEFT JOIN ahead
        ON
            bands.forecast_year = ahead.academic_year
            AND all_cells.provision_type = ahead.provision_type
            AND all_cells.key_stage = ahead.key_stage
),

required AS (
    SELECT
        *,
        cast(ceil(fte_low / cast($target_occupancy AS DECIMAL(18, 4))) AS BIGINT) AS required_low,
        cast(ceil(fte_central / cast($target_occupancy AS DECIMAL(18, 4))) AS BIGINT) AS required_central,
        cast(ceil(fte_high / cast($target_occupancy AS DECIMAL(18, 4))) AS BIGINT) AS required_high
    FROM needed
),

reported AS (
    SELECT
        made_in,
        forecast_year,
        coalesce(provision_type, 'all') AS provision_type,
        coalesce(key_stage, 'all') AS key_stage,
        max(years_ahead) AS years_ahead,
        'NEXT_' || cast(max(years_ahead) AS VARCHAR) AS step,
        cast(sum(placements_occupied) AS BIGINT) AS placements_occupied,
        cast(sum(fte_low) AS DECIMAL(18, 4)) AS fte_low,
        cast(sum(fte_central) AS DECIMAL(18, 4)) AS fte_central,
        cast(sum(fte_high) AS DECIMAL(18, 4)) AS fte_high,
        cast(sum(required_low) AS BIGINT) AS required_low,
        cast(sum(required_central) AS BIGINT) AS required_central,
        cast(sum(required_high) AS BIGINT) AS required_high,
        cast(sum(effective_places) AS BIGINT) AS effective_places,
        cast(sum(CASE WHEN required_low IS NOT NULL THEN greatest(required_low - effective_places, 0) END) AS BIGINT) AS shortage_low,
        cast(sum(CASE WHEN required_central IS NOT NULL THEN greatest(required_central - effective_places, 0) END) AS BIGINT) AS shortage_central,
        cast(sum(CASE WHEN required_high IS NOT NULL THEN greatest(required_high - effective_places, 0) END) AS BIGINT) AS shortage_high,
        cast(sum(required_low - effective_places) AS BIGINT) AS net_gap_low,
        cast(sum(required_central - effective_places) AS BIGINT) AS net_gap_central,
        cast(sum(required_high - effective_places) AS BIGINT) AS net_gap_high,
        cast(max(model_error) AS DECIMAL(18, 4)) AS model_error,
        cast(max(naive_error) AS DECIMAL(18, 4)) AS naive_error
    FROM required
    GROUP BY GROUPING SETS (
        (made_in, forecast_year, provision_type, key_stage), (made_in, forecast_year, provision_type),
        (made_in, forecast_year, key_stage), (made_in, forecast_year)
    )
)

SELECT
    reported.*,
    'FUTURE' AS period_state,
    states.known_to
FROM reported
LEFT JOIN activity.academic_states AS states ON reported.made_in = states.academic_year
