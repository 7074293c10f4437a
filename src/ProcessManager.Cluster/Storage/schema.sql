-- What the database is, and what the other files stand on. Every file of this folder may run again at any time: tables are made where
-- they are missing, queries are replaced. A migration runs all of them in one transaction.

-- One row: whose database this is, and which version of the tables it has.
CREATE TABLE IF NOT EXISTS procman_schema
(
    version     integer     NOT NULL,
    cluster_id  text        NOT NULL,
    migrated_at timestamptz NOT NULL
);

CREATE UNIQUE INDEX IF NOT EXISTS procman_schema_has_one_row ON procman_schema ((true));

-- Orleans' providers read their SQL from here, by these names of the table and of its columns, once when a silo starts: a silo that runs
-- keeps the queries it started with, so a later version may add to them but must leave the tables usable for the earlier ones.
CREATE TABLE IF NOT EXISTS orleansquery
(
    querykey  text PRIMARY KEY,
    querytext text NOT NULL
);

-- The version of a written row (Orleans' ETag, an int there). Drawn from one sequence and not counted up from 1 in each row: a row that
-- was deleted and made again has versions that no stale activation can hold, so that its late write can't win. When the numbers are
-- used up, after two thousand million writes, they begin anew.
CREATE SEQUENCE IF NOT EXISTS procman_row_version AS integer MINVALUE 1 MAXVALUE 2147483647 CYCLE;
