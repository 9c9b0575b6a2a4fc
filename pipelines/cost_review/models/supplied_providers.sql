-- Which provider a supplier of the ledger is: as the register of providers says, and as the council's own list of links
-- adds. A ledger cannot tell the providers of one supplier apart, so that the first of them stands for all.
WITH links AS (
    SELECT provider_id, supplier_id FROM commissioning.providers WHERE supplier_id IS NOT NULL
    UNION
    SELECT cast(provider_id AS VARCHAR) AS provider_id, cast(supplier_id AS VARCHAR) AS supplier_id
    FROM commissioning.supplier_links
),

first_of_supplier AS (
    SELECT supplier_id, min(provider_id) AS provider_id FROM links GROUP BY supplier_id
),

-- A provider of several suppliers is the first provider of any of them.
first_of_provider AS (
    SELECT links.provider_id, min(first_of_supplier.provider_id) AS ledger_provider_id
    FROM links
    INNER JOIN first_of_supplier ON links.supplier_id = first_of_supplier.supplier_id
    GROUP BY links.provider_id
)

SELECT
    providers.provider_id,
    links.supplier_id,
    coalesce(first_of_provider.ledger_provider_id, providers.provider_id) AS ledger_provider_id,
    providers.provider_name,
    providers.provision_type,
    providers.registered,
    providers.provider_status,
    providers.status_from
FROM commissioning.providers AS providers
LEFT JOIN links ON providers.provider_id = links.provider_id
LEFT JOIN first_of_provider ON providers.provider_id = first_of_provider.provider_id
