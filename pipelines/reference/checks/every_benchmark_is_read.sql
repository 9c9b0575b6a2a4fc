-- A year or a value in a form that the model does not know would go missing without a word.
SELECT published.indicator, published.years, published.area_name, published.value_as_published
FROM reference.published_indicators AS published
INNER JOIN reference.published_measures AS measures ON published.indicator = measures.indicator
WHERE
    NOT (
        length(published.years) = 7 AND substr(published.years, 5, 1) = '/'
        OR length(published.years) = 4 AND try_cast(published.years AS BIGINT) IS NOT NULL
    )
    OR (
        try_cast(published.value_as_published AS DOUBLE) IS NULL
        AND coalesce(published.value_as_published, '-') <> '-'
    )
