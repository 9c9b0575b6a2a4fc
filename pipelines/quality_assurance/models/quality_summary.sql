-- What is new is counted here so that the email can say how much of it only the workbook names.
WITH news AS (
    SELECT
        week,
        count(*) FILTER (WHERE weight = 'CRITICAL') AS news_critical,
        count(*) FILTER (WHERE weight = 'OTHER') AS news_other
    FROM quality_assurance.alerts
    GROUP BY week
),

summed AS (
    SELECT
        week,
        count(*) FILTER (WHERE quality <> 'NONE') AS providers_in_use,
        count(*) FILTER (WHERE quality = 'RED') AS providers_red,
        count(*) FILTER (WHERE quality = 'RED' AND previous_quality <> 'RED') AS newly_red,
        count(*) FILTER (WHERE quality <> 'RED' AND previous_quality = 'RED') AS no_longer_red,
        count(*) FILTER (WHERE quality = 'AMBER') AS providers_amber,
        count(*) FILTER (WHERE alarm = 'RED' AND quality <> 'NONE') AS registration_red,
        count(*) FILTER (WHERE alarm = 'AMBER' AND quality <> 'NONE') AS registration_amber,
        cast(sum(CASE WHEN quality <> 'NONE' THEN critical_wanting ELSE 0 END) AS BIGINT) AS critical_wanting,
        cast(sum(CASE WHEN quality <> 'NONE' THEN due ELSE 0 END) AS BIGINT) AS checks_due,
        cast(sum(CASE WHEN quality = 'RED' THEN children ELSE 0 END) AS BIGINT) AS children_at_red
    FROM quality_assurance.provider_quality
    GROUP BY week
)

SELECT
    summed.*,
    coalesce(news.news_critical, 0) AS news_critical,
    coalesce(news.news_other, 0) AS news_other,
    states.period_state,
    states.known_to
FROM summed
LEFT JOIN news ON summed.week = news.week
LEFT JOIN activity.week_states AS states ON summed.week = states.week
