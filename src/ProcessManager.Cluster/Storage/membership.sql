-- Which silos there are. Each change of a silo's row also raises the version of the whole table, or doesn't happen: that is what lets the
-- silos agree. Orleans calls the cluster id DeploymentId here.

CREATE TABLE IF NOT EXISTS procman_silo_table
(
    cluster_id text        NOT NULL CONSTRAINT procman_silo_table_key PRIMARY KEY,
    version    integer     NOT NULL DEFAULT 0,
    changed_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE IF NOT EXISTS procman_silo
(
    cluster_id    text        NOT NULL REFERENCES procman_silo_table ON DELETE CASCADE,
    address       text        NOT NULL,
    port          integer     NOT NULL,
    -- When it started, as a number: a silo that starts again on the same address is another one.
    generation    integer     NOT NULL,
    silo_name     text        NOT NULL,
    host_name     text        NOT NULL,
    status        integer     NOT NULL,
    gateway_port  integer     NOT NULL,
    -- Who suspects it since when, in Orleans' own writing.
    suspected_by  text,
    started_at    timestamptz NOT NULL,
    last_alive_at timestamptz NOT NULL,

    CONSTRAINT procman_silo_key PRIMARY KEY (cluster_id, address, port, generation)
)
-- Few rows, each rewritten every few seconds for months.
WITH (fillfactor = 50);

INSERT INTO orleansquery (querykey, querytext) VALUES
-- Those that answer whether something was done give one column and one row: the provider demands both.
('InsertMembershipVersionKey', $query$
WITH made AS (
    INSERT INTO procman_silo_table (cluster_id) VALUES (@DeploymentId)
    ON CONFLICT DO NOTHING
    RETURNING cluster_id
)
SELECT count(*) > 0 FROM made
$query$),

-- The row of the table's version is locked first, by both changes: who comes second finds the version changed and does nothing.
('InsertMembershipKey', $query$
WITH agreed AS (
    UPDATE procman_silo_table
    SET version = version + 1, changed_at = now()
    WHERE cluster_id = @DeploymentId AND version = @Version
      AND NOT EXISTS (
          SELECT FROM procman_silo
          WHERE cluster_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation)
    RETURNING cluster_id
), joined AS (
    INSERT INTO procman_silo
        (cluster_id, address, port, generation, silo_name, host_name, status, gateway_port, started_at, last_alive_at)
    SELECT cluster_id, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime
    FROM agreed
    RETURNING cluster_id
)
SELECT count(*) > 0 FROM joined
$query$),

('UpdateMembershipKey', $query$
WITH agreed AS (
    UPDATE procman_silo_table
    SET version = version + 1, changed_at = now()
    WHERE cluster_id = @DeploymentId AND version = @Version
      AND EXISTS (
          SELECT FROM procman_silo
          WHERE cluster_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation)
    RETURNING cluster_id
), changed AS (
    UPDATE procman_silo silo
    SET status = @Status, suspected_by = @SuspectTimes, last_alive_at = @IAmAliveTime
    FROM agreed
    WHERE silo.cluster_id = agreed.cluster_id AND address = @Address AND port = @Port AND generation = @Generation
    RETURNING silo.cluster_id
)
SELECT count(*) > 0 FROM changed
$query$),

-- A sign of life changes nothing that silos must agree on.
('UpdateIAmAlivetimeKey', $query$
UPDATE procman_silo
SET last_alive_at = @IAmAliveTime
WHERE cluster_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation
$query$),

-- Both readings answer a row with the version alone when there is no silo; the provider takes an empty start time for that.
('MembershipReadAllKey', $query$
SELECT silo.address AS Address, silo.port AS Port, silo.generation AS Generation, silo.silo_name AS SiloName,
    silo.host_name AS HostName, silo.status AS Status, silo.gateway_port AS ProxyPort, silo.suspected_by AS SuspectTimes,
    silo.started_at AS StartTime, silo.last_alive_at AS IAmAliveTime, whole.version AS Version
FROM procman_silo_table whole LEFT JOIN procman_silo silo ON silo.cluster_id = whole.cluster_id
WHERE whole.cluster_id = @DeploymentId
$query$),

('MembershipReadRowKey', $query$
SELECT silo.address AS Address, silo.port AS Port, silo.generation AS Generation, silo.silo_name AS SiloName,
    silo.host_name AS HostName, silo.status AS Status, silo.gateway_port AS ProxyPort, silo.suspected_by AS SuspectTimes,
    silo.started_at AS StartTime, silo.last_alive_at AS IAmAliveTime, whole.version AS Version
FROM procman_silo_table whole LEFT JOIN procman_silo silo
    ON silo.cluster_id = whole.cluster_id AND silo.address = @Address AND silo.port = @Port AND silo.generation = @Generation
WHERE whole.cluster_id = @DeploymentId
$query$),

-- For clients. A silo without a gateway has port 0.
('GatewaysQueryKey', $query$
SELECT address AS Address, gateway_port AS ProxyPort, generation AS Generation
FROM procman_silo
WHERE cluster_id = @DeploymentId AND status = @Status AND gateway_port > 0
$query$),

('DeleteMembershipTableEntriesKey', $query$
DELETE FROM procman_silo_table WHERE cluster_id = @DeploymentId
$query$),

-- Everything that isn't active (3) goes with age: also one that died while it was joining, which nobody ever declares dead.
('CleanupDefunctSiloEntriesKey', $query$
DELETE FROM procman_silo
WHERE cluster_id = @DeploymentId AND last_alive_at < @IAmAliveTime AND status <> 3
$query$)

ON CONFLICT (querykey) DO UPDATE SET querytext = excluded.querytext;
