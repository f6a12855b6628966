-- The whole life of a ticket: where it stands, what it must keep to, and what is open beside it.

-- Checks of words move into the core, so that a new state needs no new table.
ALTER TABLE unit DROP CONSTRAINT unit_kind_check;
ALTER TABLE ticket DROP CONSTRAINT ticket_status_check;

-- 1 at first; each 二次办理 is one more.
ALTER TABLE ticket ADD COLUMN cycle BIGINT NOT NULL DEFAULT 1;
-- When it must be done as the upper level set it; `due_at` is what holds now.
ALTER TABLE ticket ADD COLUMN given_due_at BIGINT;
-- `due_at` needed a year whose calendar is not out.
ALTER TABLE ticket ADD COLUMN due_provisional BOOLEAN NOT NULL DEFAULT FALSE;
-- The deadline profile that it runs under, in which version.
ALTER TABLE ticket ADD COLUMN profile TEXT;
ALTER TABLE ticket ADD COLUMN profile_version BIGINT;
ALTER TABLE ticket ADD COLUMN accepted_at BIGINT;
-- When those who have it got it.
ALTER TABLE ticket ADD COLUMN assigned_at BIGINT;
ALTER TABLE ticket ADD COLUMN first_contact_at BIGINT;
-- First arrival that a record of it tells.
ALTER TABLE ticket ADD COLUMN arrived_at BIGINT;
-- Until when it may go back to the upper level as not ours.
ALTER TABLE ticket ADD COLUMN return_until BIGINT;
-- 首接负责: who took the request first, and when, where it came to the office directly.
ALTER TABLE ticket ADD COLUMN first_receiver UUID;
ALTER TABLE ticket ADD COLUMN received_at BIGINT;
-- The requester's number, hashed with a key of the hub: finds tickets of one caller without showing who.
ALTER TABLE ticket ADD COLUMN phone_hash BYTEA;
-- What the form of its channel asked beside the common fields.
ALTER TABLE ticket ADD COLUMN form JSONB;
-- 合理, 部分合理, 不合理
ALTER TABLE ticket ADD COLUMN finding TEXT;
-- 解决 or 服务确认
ALTER TABLE ticket ADD COLUMN result TEXT;
-- The level of the supervision that is open.
ALTER TABLE ticket ADD COLUMN supervision TEXT;
-- 按时: in time, as the source says of one that it closed, or as it was when everybody had their answer.
ALTER TABLE ticket ADD COLUMN in_time BOOLEAN;
-- 剔除: left out of statistics.
ALTER TABLE ticket ADD COLUMN excluded BOOLEAN NOT NULL DEFAULT FALSE;
-- 并单: the ticket that is worked on in its place.
ALTER TABLE ticket ADD COLUMN merged_into UUID;
-- One of the focus topics.
ALTER TABLE ticket ADD COLUMN topic TEXT;
-- Root causes, a list of their ids.
ALTER TABLE ticket ADD COLUMN causes JSONB;
-- What the upper level's platform calls it, and where it stands there.
ALTER TABLE ticket ADD COLUMN external_id TEXT;
ALTER TABLE ticket ADD COLUMN external_status TEXT;
UPDATE ticket SET given_due_at = due_at;

DROP INDEX ticket_listed;
-- The order by deadline: what has none or is over comes last (server/store/src/tickets/list.rs).
CREATE INDEX ticket_listed ON ticket (
    tenant,
    (CASE WHEN due_at IS NULL OR status IN ('closed', 'returned', 'void') THEN 9223372036854775807 ELSE due_at END),
    id
);
CREATE INDEX ticket_phone ON ticket (tenant, phone_hash);
CREATE INDEX ticket_merged ON ticket (tenant, merged_into);

-- From which device; none for a command on the server and for what came before.
ALTER TABLE ticket_event ADD COLUMN device UUID;

-- What is open beside a ticket: co-tasks, promises of others, supervisions, extensions and appeals that wait for an answer.
-- Derived from its events, for lists and timers.
CREATE TABLE ticket_task (
    tenant UUID NOT NULL,
    ticket UUID NOT NULL,
    n BIGINT NOT NULL, -- the event that opened it
    kind TEXT NOT NULL,
    -- The unit or person who is to do it.
    principal UUID,
    due_at BIGINT,
    opened_at BIGINT NOT NULL,
    PRIMARY KEY (tenant, ticket, n),
    FOREIGN KEY (tenant, ticket) REFERENCES ticket (tenant, id)
);
CREATE INDEX ticket_task_kind ON ticket_task (tenant, kind, due_at);
CREATE INDEX ticket_task_principal ON ticket_task (tenant, principal);
