-- A register knows a day from its first spell that ended: those that ended before are not in it.
WITH registers AS (
    SELECT
        min(ended_on) FILTER (WHERE status = 'FSM') AS fsm_from,
        min(ended_on) FILTER (WHERE status IN ('SEN_K', 'SEN_E')) AS sen_from,
        min(ended_on) FILTER (WHERE status IN ('CIN', 'CPP', 'CLA')) AS social_care_from
    FROM pupils.pupil_status
),

asked AS (
    SELECT pupil_key, started_on AS day FROM outcomes.exclusions WHERE pupil_key IS NOT NULL
    UNION
    SELECT pupil_key, started_on AS day FROM placements.placements WHERE pupil_key IS NOT NULL
),

held AS (
    SELECT
        asked.pupil_key,
        asked.day,
        max(status.status) FILTER (WHERE status.status = 'FSM') AS fsm,
        max(right(status.status, 1)) FILTER (WHERE status.status IN ('SEN_K', 'SEN_E')) AS sen_provision,
        max(status.primary_need) AS primary_need,
        max(status.status) FILTER (WHERE status.status IN ('CIN', 'CPP', 'CLA')) AS social_care
    FROM asked
    INNER JOIN pupils.pupil_status AS status
        ON
            asked.pupil_key = status.pupil_key
            AND status.started_on <= asked.day
            AND (status.ended_on IS NULL OR status.ended_on >= asked.day)
    GROUP BY asked.pupil_key, asked.day
)

SELECT
    asked.pupil_key,
    asked.day,
    held.fsm,
    held.sen_provision,
    held.primary_need,
    held.social_care,
    pupils.pupil_key IS NOT NULL AND coalesce(asked.day >= registers.fsm_from, FALSE) AS knows_fsm,
    pupils.pupil_key IS NOT NULL AND coalesce(asked.day >= registers.sen_from, FALSE) AS knows_sen,
    pupils.pupil_key IS NOT NULL AND coalesce(asked.day >= registers.social_care_from, FALSE) AS knows_social_care
-- The one row of `registers` comes first: DataFusion makes a batch for each row of a cross join's left side.
FROM registers
CROSS JOIN asked
LEFT JOIN held ON asked.pupil_key = held.pupil_key AND asked.day = held.day
LEFT JOIN pupils.pupils AS pupils ON asked.pupil_key = pupils.pupil_key
