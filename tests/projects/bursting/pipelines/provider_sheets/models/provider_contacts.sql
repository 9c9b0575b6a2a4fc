-- Only who is paid gets a sheet.
SELECT CAST(provider_id AS VARCHAR) AS provider_id, mailbox AS address, confirm_by
FROM contacts
WHERE CAST(provider_id AS VARCHAR) IN (SELECT supplier_id FROM finance.ledger_lines)
