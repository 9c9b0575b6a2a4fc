-- Where a running year will end: what was paid, what is owed, what those who are there will still cost, what those who
-- come will, and the places and top-ups to come. Each in three cases. And where the two years before would have been said to
-- end at the same point, from what was known then.
WITH register AS (
    SELECT DISTINCT provider_id, ledger_provider_id FROM cost_review.supplied_providers
),

states AS (
    SELECT *
    FROM cost_review.forecast_points
    WHERE known_to < ends_on AND known_day_no IS NOT NULL AND last_day_no IS NOT NULL
),

block AS (
    SELECT DISTINCT provider_id, first_day, last_day FROM cost_review.place_spells WHERE basis = 'BLOCK'
),

-- Placements of the council that are bought by the session, with the price of the day.
spot AS (
    SELECT spells.*
    FROM activity.placement_spells AS spells
    LEFT JOIN (SELECT DISTINCT provider_id FROM block) AS block ON spells.provider_id = block.provider_id
    WHERE spells.commissioner = 'LA' AND block.provider_id IS NULL
),

prices AS (
    SELECT
        provider_id,
        session_price,
        valid_from,
        coalesce(valid_to, DATE '2099-12-31') AS valid_to,
        unit
    FROM cost_review.session_prices
),

-- How long placements of a type last, in school days (Kaplan and Meier): of those that began in the three academic years
-- before the running one. What is still open is known to have lasted so far.
durations AS (
    SELECT
        states.financial_year,
        spot.provision_type,
        least(spot.last_day_no, states.known_day_no) - spot.first_day_no + 1 AS days,
        spot.end_basis = 'ENDED' AND spot.last_day_no <= states.known_day_no AS is_ended
    FROM spot
    INNER JOIN reference.days AS began ON spot.started_on = began.calendar_date
    CROSS JOIN states
    INNER JOIN reference.days AS known ON states.known_to = known.calendar_date
    WHERE
        began.academic_start BETWEEN known.academic_start - 3 AND known.academic_start - 1
        AND spot.last_day_no BETWEEN spot.first_day_no AND 999998
        AND spot.first_day_no <= states.known_day_no
),

at_days AS (
    SELECT
        financial_year,
        provision_type,
        days,
        count(*) FILTER (WHERE is_ended) AS ended,
        count(*) AS leaving
    FROM durations
    GROUP BY financial_year, provision_type, days
),

at_risk AS (
    SELECT
        financial_year,
        provision_type,
        days,
        ended,
        sum(leaving) OVER (PARTITION BY financial_year, provision_type ORDER BY days DESC) AS there
    FROM at_days
),

survival AS (
    SELECT
        financial_year,
        provision_type,
        days,
        CASE
            WHEN min(there - ended) OVER (PARTITION BY financial_year, provision_type ORDER BY days) = 0 THEN 0
            ELSE exp(
                cast(
                    sum(cast(ln(cast(greatest(there - ended, 1) AS DOUBLE) / cast(there AS DOUBLE)) AS DECIMAL(18, 12)))
                        OVER (PARTITION BY financial_year, provision_type ORDER BY days) AS DOUBLE
                )
            )
        END AS surviving
    FROM at_risk
    WHERE ended > 0
),

open_now AS (
    SELECT
        states.financial_year,
        states.known_day_no,
        spot.placement_id,
        spot.provider_id,
        spot.provision_type,
        spot.sessions_per_week,
        spot.planned_end_on,
        states.known_day_no - spot.first_day_no + 1 AS age,
        prices.session_price,
        row_number() OVER (
            PARTITION BY states.financial_year, spot.placement_id ORDER BY prices.valid_from DESC, prices.unit
        ) AS nth
    FROM spot
    CROSS JOIN states
    INNER JOIN prices
        ON
            spot.provider_id = prices.provider_id
            AND states.known_to BETWEEN prices.valid_from AND prices.valid_to
    WHERE
        spot.first_day_no <= states.known_day_no
        AND (spot.end_basis IN ('OPEN', 'OPEN_PROVIDER_SILENT') OR spot.last_day_no > states.known_day_no)
),

-- Each school day to come of each, and the age that the placement would have on it.
days_to_come AS (
    SELECT
        open_now.financial_year,
        open_now.placement_id,
        open_now.provider_id,
        open_now.provision_type,
        open_now.sessions_per_week,
        open_now.session_price,
        calendar.calendar_date <= coalesce(open_now.planned_end_on, calendar.calendar_date) AS is_before_planned_end,
        open_now.age + calendar.school_day_no - states.known_day_no AS age_then
    FROM open_now
    INNER JOIN states ON open_now.financial_year = states.financial_year
    INNER JOIN reference.school_calendar AS calendar
        ON
            calendar.is_school_day
            AND calendar.school_day_no > states.known_day_no
            AND calendar.school_day_no <= states.last_day_no
    WHERE open_now.nth = 1
),

-- The share that lasts to each age, asked once.
lasting AS (
    SELECT asked.financial_year, asked.provision_type, asked.age_then, coalesce(min(survival.surviving), 1) AS surviving
    FROM (SELECT DISTINCT financial_year, provision_type, age_then FROM days_to_come) AS asked
    LEFT JOIN survival
        ON
            asked.financial_year = survival.financial_year
            AND asked.provision_type = survival.provision_type
            AND survival.days <= asked.age_then
    GROUP BY asked.financial_year, asked.provision_type, asked.age_then
),

so_far AS (
    SELECT open_now.financial_year, open_now.placement_id, coalesce(min(survival.surviving), 1) AS surviving
    FROM open_now
    LEFT JOIN survival
        ON
            open_now.financial_year = survival.financial_year
            AND open_now.provision_type = survival.provision_type
            AND survival.days <= open_now.age
    WHERE open_now.nth = 1
    GROUP BY open_now.financial_year, open_now.placement_id
),

to_come AS (
    SELECT
        days_to_come.financial_year,
        days_to_come.provider_id,
        days_to_come.sessions_per_week,
        days_to_come.session_price,
        days_to_come.is_before_planned_end,
        -- Who has lasted beyond all others is taken to stay.
        cast(CASE WHEN so_far.surviving = 0 THEN 1 ELSE lasting.surviving / so_far.surviving END AS DECIMAL(18, 12)) AS ratio
    FROM days_to_come
    INNER JOIN so_far
        ON
            days_to_come.financial_year = so_far.financial_year
            AND days_to_come.placement_id = so_far.placement_id
    INNER JOIN lasting
        ON
            days_to_come.financial_year = lasting.financial_year
            AND days_to_come.provision_type = lasting.provision_type
            AND days_to_come.age_then = lasting.age_then
),

open_costs AS (
    SELECT
        financial_year,
        provider_id,
        sum(sessions_per_week * session_price / 5 * ratio) AS central,
        sum(CASE WHEN is_before_planned_end THEN sessions_per_week * session_price / 5 * ratio ELSE 0 END) AS low,
        sum(sessions_per_week * session_price / 5) AS high
    FROM to_come
    GROUP BY financial_year, provider_id
),

-- What those cost who began in the same months of the two years before, in the rest of their year.
start_months AS (
    SELECT
        states.financial_year,
        earlier.financial_year AS earlier_year,
        spot.provider_id,
        months.placement_id,
        months.month,
        cast(spot.sessions_per_week AS DECIMAL(18, 6)) * months.days_open / 5 * prices.session_price AS amount,
        row_number() OVER (
            PARTITION BY states.financial_year, months.placement_id, months.month
            ORDER BY prices.valid_from DESC, prices.unit
        ) AS nth
    FROM states
    INNER JOIN cost_review.financial_states AS earlier
        ON
            earlier.period_state = 'FINISHED'
            AND earlier.financial_start BETWEEN states.financial_start - 2 AND states.financial_start - 1
    INNER JOIN activity.placement_months AS months ON earlier.financial_year = months.financial_year
    INNER JOIN spot ON months.placement_id = spot.placement_id
    INNER JOIN prices
        ON
            spot.provider_id = prices.provider_id
            AND make_date(cast(left(months.month, 4) AS BIGINT), cast(right(months.month, 2) AS BIGINT), 1)
            BETWEEN prices.valid_from AND prices.valid_to
    WHERE
        spot.started_on > make_date(
            cast(date_part('year', states.known_to) AS BIGINT) - states.financial_start + earlier.financial_start,
            cast(date_part('month', states.known_to) AS BIGINT),
            28
        )
        AND date_part('month', spot.started_on) <> date_part('month', states.known_to)
),

start_costs AS (
    SELECT financial_year, earlier_year, provider_id, sum(amount) AS amount
    FROM start_months
    WHERE nth = 1
    GROUP BY financial_year, earlier_year, provider_id
),

start_years AS (
    SELECT
        financial_year,
        earlier_year,
        sum(amount) AS amount,
        row_number() OVER (PARTITION BY financial_year ORDER BY sum(amount), earlier_year) AS nth_lowest,
        count(*) OVER (PARTITION BY financial_year) AS years
    FROM start_costs
    GROUP BY financial_year, earlier_year
),

starts AS (
    SELECT
        costs.financial_year,
        costs.provider_id,
        sum(costs.amount) / max(years.years) AS central,
        sum(CASE WHEN years.nth_lowest = 1 THEN costs.amount ELSE 0 END) AS low,
        sum(CASE WHEN years.nth_lowest = years.years THEN costs.amount ELSE 0 END) AS high
    FROM start_costs AS costs
    INNER JOIN start_years AS years
        ON costs.financial_year = years.financial_year AND costs.earlier_year = years.earlier_year
    GROUP BY costs.financial_year, costs.provider_id
),

-- Places to the end of the year, less what was paid in advance; top-ups of those who are there now, if they stay.
year_places AS (
    SELECT months.provider_id, months.financial_year, sum(months.place_element) AS place_element
    FROM cost_review.place_months AS months
    GROUP BY months.provider_id, months.financial_year
),

rates AS (
    SELECT provider_id, first_day, last_day, max(topup_rate) AS topup_rate
    FROM cost_review.place_spells
    WHERE basis = 'BLOCK' AND topup_rate IS NOT NULL
    GROUP BY provider_id, first_day, last_day
),

rest_top_ups AS (
    SELECT
        states.financial_year,
        spells.provider_id,
        sum(
            exact(spells.fte * rates.topup_rate)
            * cast(states.ends_on - states.known_to AS DECIMAL(9, 0))
            / cast(states.ends_on - states.starts_on + 1 AS DECIMAL(9, 0))
        ) AS amount
    FROM states
    INNER JOIN activity.placement_spells AS spells
        ON
            spells.commissioner = 'LA'
            AND spells.first_day_no <= states.known_day_no
            AND (spells.end_basis IN ('OPEN', 'OPEN_PROVIDER_SILENT') OR spells.last_day_no > states.known_day_no)
    INNER JOIN (
        SELECT provider_id, first_day, last_day, topup_rate FROM rates
    ) AS rates
        ON spells.provider_id = rates.provider_id AND states.known_to BETWEEN rates.first_day AND rates.last_day
    GROUP BY states.financial_year, spells.provider_id
),

funding AS (
    SELECT
        funding.financial_year,
        funding.provider_id,
        greatest(
            coalesce(year_places.place_element, 0) - greatest(coalesce(paid.places_paid, 0), funding.place_element), 0
        ) AS places,
        greatest(
            funding.topup_element + coalesce(rest_top_ups.amount, 0)
            - greatest(coalesce(paid.top_ups_paid, 0), funding.topup_element), 0
        ) AS top_ups
    FROM cost_review.place_elements AS funding
    INNER JOIN states ON funding.basis = states.basis AND funding.financial_year = states.financial_year
    LEFT JOIN commissioning.providers AS providers ON funding.provider_id = providers.provider_id
    LEFT JOIN cost_review.places_paid AS paid
        ON
            funding.basis = paid.basis
            AND funding.financial_year = paid.financial_year
            AND funding.provider_id = paid.provider_id
    LEFT JOIN year_places
        ON funding.financial_year = year_places.financial_year AND funding.provider_id = year_places.provider_id
    LEFT JOIN rest_top_ups
        ON funding.financial_year = rest_top_ups.financial_year AND funding.provider_id = rest_top_ups.provider_id
    WHERE coalesce(providers.provision_type, 'NOT_RECORDED') <> 'HOSPITAL_MEDICAL'
),

of_providers AS (
    SELECT financial_year, provider_id, 'OPEN' AS component, 'MAIN' AS purpose, low, central, high FROM open_costs
    UNION ALL
    SELECT financial_year, provider_id, 'STARTS' AS component, 'MAIN' AS purpose, low, central, high FROM starts
    UNION ALL
    SELECT
        financial_year, provider_id, 'PLACES' AS component, 'MAIN' AS purpose,
        places AS low, places AS central, places AS high
    FROM funding
    UNION ALL
    SELECT
        financial_year, provider_id, 'TOP_UPS' AS component, 'TOP_UPS' AS purpose,
        top_ups AS low, top_ups AS central, top_ups AS high
    FROM funding
),

ledger AS (
    SELECT financial_year, s251_line, budget_line, spend_class, month, amount FROM cost_review.ap_ledger
    UNION ALL
    SELECT financial_year, s251_line, budget_line, spend_class, month, amount
    FROM cost_review.ap_journals
    WHERE purpose <> 'ACCRUED'
),

-- Journals to come: those of the year before in the months that have not come yet. What it accrued is not: the other parts
-- are of all that is delivered.
journals AS (
    SELECT
        states.financial_year,
        journals.s251_line,
        journals.budget_line,
        journals.spend_class,
        sum(journals.amount) AS amount
    FROM states
    INNER JOIN cost_review.financial_states AS earlier ON earlier.financial_start = states.financial_start - 1
    INNER JOIN cost_review.ap_journals AS journals
        ON earlier.financial_year = journals.financial_year AND journals.purpose <> 'ACCRUED'
    WHERE
        12 * cast(left(journals.month, 4) AS BIGINT) + cast(substr(journals.month, 6, 2) AS BIGINT) + 12
        > 12 * cast(left(states.known_month, 4) AS BIGINT) + cast(right(states.known_month, 2) AS BIGINT)
    GROUP BY states.financial_year, journals.s251_line, journals.budget_line, journals.spend_class
),

-- What is separate goes on as in the year before.
separate AS (
    SELECT
        states.financial_year,
        now.s251_line,
        now.budget_line,
        now.spend_class,
        now.amount * cast(before.whole - before.same_point AS DECIMAL(18, 6)) / nullif(cast(before.same_point AS DECIMAL(18, 6)), 0)
            AS amount
    FROM states
    INNER JOIN (
        SELECT
            ledger.financial_year, ledger.s251_line, ledger.budget_line, ledger.spend_class, sum(ledger.amount) AS amount
        FROM ledger
        INNER JOIN states ON ledger.financial_year = states.financial_year AND left(ledger.month, 7) <= states.known_month
        WHERE ledger.spend_class IN ('TRANSPORT', 'HOSPITAL', 'OTHER')
        GROUP BY ledger.financial_year, ledger.s251_line, ledger.budget_line, ledger.spend_class
    ) AS now
        ON states.financial_year = now.financial_year
    INNER JOIN (
        SELECT
            states.financial_year,
            ledger.s251_line,
            ledger.budget_line,
            sum(ledger.amount) AS whole,
            sum(
                CASE
                    WHEN
                        12 * cast(left(ledger.month, 4) AS BIGINT) + cast(substr(ledger.month, 6, 2) AS BIGINT) + 12
                        <= 12 * cast(left(states.known_month, 4) AS BIGINT) + cast(right(states.known_month, 2) AS BIGINT)
                        THEN ledger.amount
                    ELSE 0
                END
            ) AS same_point
        FROM states
        INNER JOIN cost_review.financial_states AS earlier ON earlier.financial_start = states.financial_start - 1
        INNER JOIN ledger ON earlier.financial_year = ledger.financial_year
        GROUP BY states.financial_year, ledger.s251_line, ledger.budget_line
    ) AS before
        ON
            now.financial_year = before.financial_year
            AND now.s251_line = before.s251_line
            AND now.budget_line = before.budget_line
),

parts AS (
    SELECT
        ledger.financial_year, ledger.s251_line, ledger.budget_line, ledger.spend_class, 'ACTUAL' AS component,
        ledger.amount AS low, ledger.amount AS central, ledger.amount AS high
    FROM ledger
    INNER JOIN states ON ledger.financial_year = states.financial_year AND left(ledger.month, 7) <= states.known_month
    UNION ALL
    SELECT
        accruals.financial_year, accruals.s251_line, accruals.budget_line, accruals.spend_class, 'ACCRUED' AS component,
        accruals.accrued AS low, accruals.accrued AS central, accruals.accrued AS high
    FROM cost_review.accrual_lines AS accruals
    INNER JOIN states ON accruals.basis = states.basis AND accruals.financial_year = states.financial_year
    UNION ALL
    SELECT
        reversals.financial_year, reversals.s251_line, reversals.budget_line, reversals.spend_class,
        'ACCRUED' AS component, reversals.amount AS low, reversals.amount AS central, reversals.amount AS high
    FROM cost_review.ap_journals AS reversals
    INNER JOIN states
        ON
            reversals.financial_year = states.financial_year
            AND reversals.purpose = 'ACCRUED'
            AND left(reversals.month, 7) <= states.known_month
    UNION ALL
    SELECT
        financial_year, s251_line, budget_line, spend_class, 'JOURNALS' AS component,
        amount AS low, amount AS central, amount AS high
    FROM journals
    UNION ALL
    SELECT
        of_providers.financial_year,
        coalesce(lines.s251_line, 'NOT_KNOWN') AS s251_line,
        coalesce(lines.budget_line, 'Not known') AS budget_line,
        coalesce(lines.spend_class, 'AP_SERVICES') AS spend_class,
        of_providers.component, of_providers.low, of_providers.central, of_providers.high
    FROM of_providers
    LEFT JOIN register ON of_providers.provider_id = register.provider_id
    LEFT JOIN cost_review.provider_lines AS lines
        ON
            coalesce(register.ledger_provider_id, of_providers.provider_id) = lines.provider_id
            AND of_providers.purpose = lines.purpose
    UNION ALL
    SELECT
        financial_year, s251_line, budget_line, spend_class, 'APART' AS component,
        amount AS low, amount AS central, amount AS high
    FROM separate
)

SELECT
    states.basis,
    parts.financial_year,
    parts.s251_line,
    parts.budget_line,
    parts.spend_class,
    parts.component,
    cast(sum(parts.low) AS DECIMAL(18, 2)) AS low,
    cast(sum(parts.central) AS DECIMAL(18, 2)) AS central,
    cast(sum(parts.high) AS DECIMAL(18, 2)) AS high
FROM parts
INNER JOIN states ON parts.financial_year = states.financial_year
GROUP BY states.basis, parts.financial_year, parts.s251_line, parts.budget_line, parts.spend_class, parts.component
