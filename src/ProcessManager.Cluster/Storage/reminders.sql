-- Reminders: what is to happen although the silo that set it is gone. Each silo reads those whose hash is in its part of the ring.

CREATE TABLE IF NOT EXISTS procman_reminder
(
    service_id text        COLLATE "C" NOT NULL,
    grain_id   text        COLLATE "C" NOT NULL,
    name       text        COLLATE "C" NOT NULL,
    -- Unsigned to Orleans, which hands it over as signed and compares it so.
    grain_hash integer     NOT NULL,
    starts_at  timestamptz NOT NULL,
    -- In milliseconds.
    period     bigint      NOT NULL,
    version    integer     NOT NULL,

    CONSTRAINT procman_reminder_key PRIMARY KEY (service_id, grain_id, name)
);

CREATE INDEX IF NOT EXISTS procman_reminder_ring ON procman_reminder (service_id, grain_hash);

INSERT INTO orleansquery (querykey, querytext) VALUES
('UpsertReminderRowKey', $query$
INSERT INTO procman_reminder (service_id, grain_id, name, grain_hash, starts_at, period, version)
VALUES (@ServiceId, @GrainId, @ReminderName, @GrainHash, @StartTime, @Period, nextval('procman_row_version'))
ON CONFLICT (service_id, grain_id, name) DO UPDATE
SET grain_hash = excluded.grain_hash, starts_at = excluded.starts_at, period = excluded.period, version = excluded.version
RETURNING version AS Version
$query$),

('ReadReminderRowKey', $query$
SELECT grain_id AS GrainId, name AS ReminderName, starts_at AS StartTime, period AS Period, version AS Version
FROM procman_reminder
WHERE service_id = @ServiceId AND grain_id = @GrainId AND name = @ReminderName
$query$),

('ReadReminderRowsKey', $query$
SELECT grain_id AS GrainId, name AS ReminderName, starts_at AS StartTime, period AS Period, version AS Version
FROM procman_reminder
WHERE service_id = @ServiceId AND grain_id = @GrainId
$query$),

-- A part of the ring without its beginning and with its end...
('ReadRangeRows1Key', $query$
SELECT grain_id AS GrainId, name AS ReminderName, starts_at AS StartTime, period AS Period, version AS Version
FROM procman_reminder
WHERE service_id = @ServiceId AND grain_hash > @BeginHash AND grain_hash <= @EndHash
$query$),

-- ... and one that goes over the ring's seam; the whole ring begins where it ends.
('ReadRangeRows2Key', $query$
SELECT grain_id AS GrainId, name AS ReminderName, starts_at AS StartTime, period AS Period, version AS Version
FROM procman_reminder
WHERE service_id = @ServiceId AND (grain_hash > @BeginHash OR grain_hash <= @EndHash)
$query$),

-- One column and one row: whether it was there in that version.
('DeleteReminderRowKey', $query$
WITH gone AS (
    DELETE FROM procman_reminder
    WHERE service_id = @ServiceId AND grain_id = @GrainId AND name = @ReminderName AND version = @Version
    RETURNING name
)
SELECT count(*) > 0 FROM gone
$query$),

('DeleteReminderRowsKey', $query$
DELETE FROM procman_reminder WHERE service_id = @ServiceId
$query$)

ON CONFLICT (querykey) DO UPDATE SET querytext = excluded.querytext;
