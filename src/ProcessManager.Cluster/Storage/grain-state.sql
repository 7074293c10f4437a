-- The state of grains. The provider asks by two numbers and a text that it makes of a grain's key, and by hashes of key and type.
--
-- Beware: the provider takes a key that reads as a hexadecimal number for that number, whatever kind of key the grain declares: the keys
-- 'ab', 'AB' and '0ab' of one grain type are one row. Keys of grains with a string key must begin with something that is no hex digit.

CREATE TABLE IF NOT EXISTS procman_grain_state
(
    -- First in the key although it identifies nothing: a comparison of integers settles nearly every step down the index.
    key_hash   integer     NOT NULL,
    key_high   bigint      NOT NULL,
    key_low    bigint      NOT NULL,
    -- The string key, or what follows a number; empty for a plain number. A grain type has one kind of key, so nothing is lost by that.
    key_text   text        COLLATE "C" NOT NULL,
    grain_type text        COLLATE "C" NOT NULL,
    service_id text        COLLATE "C" NOT NULL,
    version    integer     NOT NULL,
    written_at timestamptz NOT NULL,
    -- Null once the state is cleared and the row kept.
    payload    bytea,

    -- A key and not merely an index: of two activations that write for the first time only one may win.
    CONSTRAINT procman_grain_state_key PRIMARY KEY (key_hash, key_high, key_low, key_text, grain_type, service_id)
)
-- Rows are rewritten all the time and no index changes: with room on the page an update stays there. Vacuum comes long before a fifth is dead.
WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500);

-- No row for the answer means a conflict to the provider, whether it came with a version (somebody wrote since, or deleted it) or
-- without one (somebody was first).
INSERT INTO orleansquery (querykey, querytext) VALUES
('WriteToStorageKey', $query$
WITH rewritten AS (
    UPDATE procman_grain_state
    SET payload = @PayloadBinary, version = nextval('procman_row_version'), written_at = now()
    WHERE key_hash = @GrainIdHash AND key_high = @GrainIdN0 AND key_low = @GrainIdN1
      AND key_text = coalesce(@GrainIdExtensionString, '') AND grain_type = @GrainTypeString AND service_id = @ServiceId
      AND version = @GrainStateVersion
    RETURNING version
), first_written AS (
    INSERT INTO procman_grain_state
        (key_hash, key_high, key_low, key_text, grain_type, service_id, version, written_at, payload)
    SELECT @GrainIdHash, @GrainIdN0, @GrainIdN1, coalesce(@GrainIdExtensionString, ''), @GrainTypeString, @ServiceId,
        nextval('procman_row_version'), now(), @PayloadBinary
    WHERE @GrainStateVersion IS NULL
    ON CONFLICT DO NOTHING
    RETURNING version
)
SELECT version AS NewGrainStateVersion FROM rewritten
UNION ALL
SELECT version FROM first_written
$query$),

('ReadFromStorageKey', $query$
SELECT payload AS PayloadBinary, version AS Version
FROM procman_grain_state
WHERE key_hash = @GrainIdHash AND key_high = @GrainIdN0 AND key_low = @GrainIdN1
  AND key_text = coalesce(@GrainIdExtensionString, '') AND grain_type = @GrainTypeString AND service_id = @ServiceId
$query$),

('ClearStorageKey', $query$
UPDATE procman_grain_state
SET payload = NULL, version = nextval('procman_row_version'), written_at = now()
WHERE key_hash = @GrainIdHash AND key_high = @GrainIdN0 AND key_low = @GrainIdN1
  AND key_text = coalesce(@GrainIdExtensionString, '') AND grain_type = @GrainTypeString AND service_id = @ServiceId
  AND version = @GrainStateVersion
RETURNING version AS NewGrainStateVersion
$query$),

-- The provider wants a number that differs from the version it came with, and forgets it.
('DeleteStorageKey', $query$
DELETE FROM procman_grain_state
WHERE key_hash = @GrainIdHash AND key_high = @GrainIdN0 AND key_low = @GrainIdN1
  AND key_text = coalesce(@GrainIdExtensionString, '') AND grain_type = @GrainTypeString AND service_id = @ServiceId
  AND version = @GrainStateVersion
RETURNING 0 AS NewGrainStateVersion
$query$)

ON CONFLICT (querykey) DO UPDATE SET querytext = excluded.querytext;
