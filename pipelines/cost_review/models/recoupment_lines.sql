-- What a mainstream school owes for a pupil whom it excluded: the year's amount for a pupil of that age, for the complete
-- weeks that are left of the financial year from the relevant day on; or of the school year, where the pupil would have
-- left the school at its end and is excluded after 31 March.
WITH excluded AS (
    SELECT
        events.exclusion_id,
        events.pupil_key,
        events.urn,
        events.started_on,
        events.nc_year,
        schools.phase,
        CASE
            WHEN regexp_like(lower(coalesce(schools.school_type, '')), 'academy|free school') THEN 'ACADEMY'
            ELSE 'MAINTAINED'
        END AS sector,
        days.school_day_no,
        date_part('month', events.started_on) BETWEEN 4 AND 8
        AND events.nc_year >= coalesce(schools.nc_year_to, CASE schools.phase WHEN 'primary' THEN 6 ELSE 11 END) AS is_leaving
    FROM outcomes.exclusions AS events
    INNER JOIN reference.schools AS schools ON events.urn = schools.urn
    INNER JOIN reference.school_calendar AS days ON events.started_on = days.calendar_date
    WHERE
        events.category = 'PERM'
        AND events.outcome NOT IN ('RESCINDED_BY_HEAD', 'GOVERNORS_REINSTATED')
        AND schools.phase IN ('primary', 'secondary')
),

dated AS (
    SELECT
        excluded.*,
        days.calendar_date AS relevant_date,
        years.financial_year,
        CASE
            WHEN excluded.is_leaving THEN make_date(cast(date_part('year', excluded.started_on) AS BIGINT), 8, 31)
            ELSE make_date(years.financial_start + 1, 3, 31)
        END AS ends_on
    FROM excluded
    INNER JOIN reference.school_calendar AS days
        ON excluded.school_day_no + $recoupment_offset = days.school_day_no AND days.is_school_day
    INNER JOIN reference.days AS years ON days.calendar_date = years.calendar_date
    WHERE days.calendar_date <= $known_to
),

-- The first other mainstream school that takes the child while the money is for it.
admitted AS (
    SELECT dated.exclusion_id, min(roll.entered_on) AS admitted_on
    FROM dated
    INNER JOIN pupils.school_roll AS roll
        ON
            dated.pupil_key = roll.pupil_key
            AND dated.urn <> roll.urn
            AND roll.entered_on > dated.started_on
            AND roll.entered_on <= dated.ends_on
            AND roll.enrol_status IN ('C', 'M')
    INNER JOIN reference.schools AS schools ON roll.urn = schools.urn AND schools.phase IN ('primary', 'secondary')
    GROUP BY dated.exclusion_id
),

premium AS (
    SELECT DISTINCT dated.exclusion_id
    FROM dated
    INNER JOIN pupils.pupil_status AS status
        ON
            dated.pupil_key = status.pupil_key
            AND status.status = 'PP'
            AND status.started_on <= dated.started_on
            AND (status.ended_on IS NULL OR status.ended_on >= dated.started_on)
),

weeks AS (
    SELECT
        dated.*,
        admitted.admitted_on,
        premium.exclusion_id IS NOT NULL AS has_premium,
        greatest(cast(dated.ends_on - dated.relevant_date + 1 AS BIGINT) / 7, 0) AS weeks_left,
        CASE
            WHEN admitted.admitted_on IS NOT NULL
                THEN greatest(cast(dated.ends_on - greatest(admitted.admitted_on, dated.relevant_date) + 1 AS BIGINT) / 7, 0)
            ELSE 0
        END AS weeks_admitted
    FROM dated
    LEFT JOIN admitted ON dated.exclusion_id = admitted.exclusion_id
    LEFT JOIN premium ON dated.exclusion_id = premium.exclusion_id
),

-- What the ledger moves out of a school's budget without an invoice. It is known of an exclusion that the register of claims
-- lacks, or of which the register knows no payment; money that both have is one.
adjusted AS (
    SELECT exclusion_id, -sum(amount) AS collected, max(posted_on) AS posted_on
    FROM finance.gl_journals
    WHERE kind = 'PEX_ADJUSTMENT' AND exclusion_id IS NOT NULL AND posted_on <= $known_to
    GROUP BY exclusion_id
),

amounts AS (
    SELECT
        weeks.*,
        amounts.amount,
        exact(cast(amounts.amount AS DECIMAL(18, 2))) * cast(weeks.weeks_left AS DECIMAL(9, 0)) / cast(52 AS DECIMAL(9, 0))
            AS share,
        exact(CASE WHEN weeks.has_premium THEN cast(amounts.premium AS DECIMAL(18, 2)) ELSE 0 END)
        * cast(weeks.weeks_left AS DECIMAL(9, 0)) / cast(52 AS DECIMAL(9, 0)) AS premium_share,
        exact(cast(amounts.amount AS DECIMAL(18, 2))) * cast(weeks.weeks_admitted AS DECIMAL(9, 0))
        / cast(52 AS DECIMAL(9, 0)) AS admitted_share
    FROM weeks
    LEFT JOIN reference.pupil_amounts AS amounts
        ON weeks.financial_year = amounts.financial_year AND weeks.nc_year = cast(amounts.nc_year AS BIGINT)
)

SELECT
    amounts.exclusion_id,
    amounts.financial_year,
    amounts.sector,
    amounts.phase,
    amounts.started_on,
    amounts.relevant_date,
    amounts.ends_on,
    amounts.weeks_left,
    amounts.admitted_on,
    amounts.amount IS NULL AS lacks_amount,
    cast(coalesce(amounts.share, 0) + coalesce(claims.adjustment_order, 0) AS DECIMAL(18, 2)) AS due,
    cast(coalesce(amounts.premium_share, 0) AS DECIMAL(18, 2)) AS premium_due,
    cast(coalesce(amounts.admitted_share, 0) AS DECIMAL(18, 2)) AS passed_on,
    claims.exclusion_id IS NOT NULL OR adjusted.exclusion_id IS NOT NULL AS is_claimed,
    coalesce(claims.collected_on, adjusted.posted_on) AS collected_on,
    cast(coalesce(claims.invoiced, adjusted.collected, 0) AS DECIMAL(18, 2)) AS invoiced,
    cast(coalesce(claims.collected, adjusted.collected, 0) AS DECIMAL(18, 2)) AS collected
FROM amounts
LEFT JOIN finance.recoupment_claims AS claims ON amounts.exclusion_id = claims.exclusion_id
LEFT JOIN adjusted ON amounts.exclusion_id = adjusted.exclusion_id
