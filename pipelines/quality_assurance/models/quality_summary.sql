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
