-- How long children waited whose place was agreed in the year, those who wait still among them: what is known of a wait
-- that goes on is that it is longer (Kaplan and Meier).
WITH known AS (
    SELECT cast(least(max(week_start) + INTERVAL '4 days', $known_to) AS DATE) AS last_day FROM placements.attendance
),

agreed AS (
    SELECT
        decided.academic_year,
        coalesce(placements.started_on <= known.last_day, FALSE) AS has_started,
        CASE WHEN placements.started_on <= known.last_day THEN started.school_day_no ELSE today.school_day_no END
        - referred.school_day_no AS days
    FROM placements.referrals AS referrals
    CROSS JOIN known
    LEFT JOIN placements.placements AS placements ON referrals.placement_id = placements.placement_id
    INNER JOIN reference.school_calendar AS decided ON referrals.panel_on = decided.calendar_date
    INNER JOIN reference.school_calendar AS referred ON referrals.referred_on = referred.calendar_date
    INNER JOIN reference.school_calendar AS today ON known.last_day = today.calendar_date
    LEFT JOIN reference.school_calendar AS started ON placements.started_on = started.calendar_date
    WHERE
        referrals.referral_outcome IN ('AGREED', 'AGREED_WAITING')
        AND referrals.panel_on <= known.last_day
        AND (placements.started_on IS NULL OR placements.started_on >= referrals.referred_on)
        -- A log holds at first only what was new then.
        AND referrals.panel_on >= (SELECT min(referred_on) + INTERVAL '365 days' FROM placements.referrals)
),

-- Those who are in a wait of so many days and those who start on that day; starts come before waits that are cut.
steps AS (
    SELECT
        ends.academic_year,
        ends.days,
        ends.started,
        count(*) AS at_risk
    FROM (
        SELECT academic_year, days, count(*) AS started
        FROM agreed
        WHERE has_started
        GROUP BY academic_year, days
    ) AS ends
    INNER JOIN agreed ON ends.academic_year = agreed.academic_year AND agreed.days >= ends.days
    GROUP BY ends.academic_year, ends.days, ends.started
),

-- Products of shares are sums of logarithms; a share of nothing ends them.
curve AS (
    SELECT
        academic_year,
        days,
        CASE
            WHEN min(at_risk - started) OVER upto = 0 THEN cast(0 AS DECIMAL(18, 12))
            ELSE
                cast(
                    exp(
                        sum(
                            cast(
                                ln(cast(greatest(at_risk - started, 1) AS DOUBLE) / cast(at_risk AS DOUBLE))
                                AS DECIMAL(24, 18)
                            )
                        ) OVER upto
                    ) AS DECIMAL(18, 12)
                )
        END AS waiting_still
    FROM steps
    WINDOW upto AS (PARTITION BY academic_year ORDER BY days ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
),

crossed AS (
    SELECT
        academic_year,
        -- A billionth is rounding: no product of shares of so few comes as near without being it.
        min(CASE WHEN waiting_still <= cast(0.500000001 AS DECIMAL(18, 12)) THEN days END) AS median_wait,
        min(CASE WHEN waiting_still <= cast(0.100000001 AS DECIMAL(18, 12)) THEN days END) AS ninth_decile_wait
    FROM curve
    GROUP BY academic_year
),

ranked AS (
    SELECT
        academic_year,
        days,
        row_number() OVER (PARTITION BY academic_year ORDER BY days) AS nth,
        count(*) OVER (PARTITION BY academic_year) AS of_all
    FROM agreed
    WHERE has_started
),

placed AS (
    SELECT
        academic_year,
        max(CASE WHEN of_all >= 5 AND nth = (of_all + 1) / 2 THEN days END) AS median_days,
        max(CASE WHEN of_all >= 5 AND nth = (9 * of_all + 9) / 10 THEN days END) AS ninth_decile_days
    FROM ranked
    GROUP BY academic_year
),

counted AS (
    SELECT
        academic_year,
        count(*) AS referrals_agreed,
        count(*) FILTER (WHERE has_started) AS referrals_started,
        count(*) FILTER (WHERE NOT has_started) AS referrals_still_waiting
    FROM agreed
    GROUP BY academic_year
)

SELECT
    counted.academic_year,
    counted.referrals_agreed,
    counted.referrals_started,
    counted.referrals_still_waiting,
    CASE WHEN counted.referrals_agreed >= 5 THEN crossed.median_wait END AS median_wait,
    CASE WHEN counted.referrals_agreed >= 5 THEN crossed.ninth_decile_wait END AS ninth_decile_wait,
    placed.median_days,
    placed.ninth_decile_days,
    states.period_state,
    states.known_to
FROM counted
LEFT JOIN crossed ON counted.academic_year = crossed.academic_year
LEFT JOIN placed ON counted.academic_year = placed.academic_year
LEFT JOIN activity.academic_states AS states ON counted.academic_year = states.academic_year
