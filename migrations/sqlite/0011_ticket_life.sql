-- The whole life of a ticket: where it stands, what it must keep to, and what is open beside it.

-- Checks of words move into the core, so that a new state needs no new table. Foreign keys do not count while the schema is
-- brought up to date (server/store/src/db/sqlite.rs).
CREATE TABLE unit_new (
    id BLOB NOT NULL,
    tenant BLOB NOT NULL REFERENCES tenant (id),
    kind TEXT NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    parent BLOB,
    PRIMARY KEY (tenant, id),
    FOREIGN KEY (tenant, parent) REFERENCES unit (tenant, id),
    CONSTRAINT unit_code UNIQUE (tenant, code)
) STRICT;
INSERT INTO unit_new SELECT id, tenant, kind, code, name, parent FROM unit;
DROP TABLE unit;
ALTER TABLE unit_new RENAME TO unit;

CREATE TABLE ticket_new (
    -- The row's number in ticket_search too: from a hit to its ticket without a search. No backup holds it, PostgreSQL has
    -- none.
    rowno INTEGER PRIMARY KEY,
    id BLOB NOT NULL,
    tenant BLOB NOT NULL REFERENCES tenant (id),
    source TEXT NOT NULL,
    upstream_no TEXT,
    channel TEXT,
    request_kind TEXT,
    requester_type TEXT NOT NULL DEFAULT 'citizen',
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    category_l1 TEXT,
    category_l2 TEXT,
    category_l3 TEXT,
    address TEXT,
    community BLOB,
    grid BLOB,
    unit_text TEXT,
    requester_masked TEXT,
    phone_masked TEXT,
    -- The requester in full, encrypted by Keys::seal.
    requester_sealed BLOB,
    -- The words of sync-core/src/lifecycle/ticket.rs.
    status TEXT NOT NULL DEFAULT 'new',
    urgency TEXT NOT NULL DEFAULT 'normal' CHECK (urgency IN ('normal', 'urgent', 'critical')),
    dispatched_at INTEGER NOT NULL,
    due_at INTEGER,
    created_at INTEGER NOT NULL,
    closed_at INTEGER,
    reply TEXT,
    replied_at INTEGER,
    assigned_kind TEXT,
    assigned_to BLOB,
    changed_seq INTEGER NOT NULL DEFAULT 0,
    -- 1 at first; each 二次办理 is one more.
    cycle INTEGER NOT NULL DEFAULT 1,
    -- When it must be done as the upper level set it; `due_at` is what holds now.
    given_due_at INTEGER,
    -- `due_at` needed a year whose calendar is not out.
    due_provisional INTEGER NOT NULL DEFAULT FALSE,
    -- The deadline profile that it runs under, in which version.
    profile TEXT,
    profile_version INTEGER,
    accepted_at INTEGER,
    -- When those who have it got it.
    assigned_at INTEGER,
    first_contact_at INTEGER,
    -- First arrival that a record of it tells.
    arrived_at INTEGER,
    -- Until when it may go back to the upper level as not ours.
    return_until INTEGER,
    -- 首接负责: who took the request first, and when, where it came to the office directly.
    first_receiver BLOB,
    received_at INTEGER,
    -- The requester's number, hashed with a key of the hub: finds tickets of one caller without showing who.
    phone_hash BLOB,
    -- What the form of its channel asked beside the common fields.
    form TEXT,
    -- 合理, 部分合理, 不合理
    finding TEXT,
    -- 解决 or 服务确认
    result TEXT,
    -- The level of the supervision that is open.
    supervision TEXT,
    -- 按时: in time, as the source says of one that it closed, or as it was when everybody had their answer.
    in_time INTEGER,
    -- 剔除: left out of statistics.
    excluded INTEGER NOT NULL DEFAULT FALSE,
    -- 并单: the ticket that is worked on in its place.
    merged_into BLOB,
    -- One of the focus topics.
    topic TEXT,
    -- Root causes, a list of their ids.
    causes TEXT,
    -- What the upper level's platform calls it, and where it stands there.
    external_id TEXT,
    external_status TEXT,
    CONSTRAINT ticket_pkey UNIQUE (tenant, id),
    CONSTRAINT ticket_upstream_no UNIQUE (tenant, source, upstream_no)
) STRICT;
INSERT INTO ticket_new (rowno, id, tenant, source, upstream_no, channel, request_kind, requester_type, title, description, category_l1, category_l2, category_l3, address, community, grid, unit_text, requester_masked, phone_masked, requester_sealed, status, urgency, dispatched_at, due_at, created_at, closed_at, reply, replied_at, assigned_kind, assigned_to, changed_seq)
SELECT rowno, id, tenant, source, upstream_no, channel, request_kind, requester_type, title, description, category_l1, category_l2, category_l3, address, community, grid, unit_text, requester_masked, phone_masked, requester_sealed, status, urgency, dispatched_at, due_at, created_at, closed_at, reply, replied_at, assigned_kind, assigned_to, changed_seq
FROM ticket;
DROP TABLE ticket;
ALTER TABLE ticket_new RENAME TO ticket;
UPDATE ticket SET given_due_at = due_at;


CREATE INDEX ticket_due ON ticket (tenant, status, due_at);
-- The order by deadline: what has none or is over comes last (server/store/src/tickets/list.rs).
CREATE INDEX ticket_listed ON ticket (
    tenant,
    (CASE WHEN due_at IS NULL OR status IN ('closed', 'returned', 'void') THEN 9223372036854775807 ELSE due_at END),
    id
);
CREATE INDEX ticket_dispatched ON ticket (tenant, dispatched_at);
CREATE INDEX ticket_assigned ON ticket (tenant, assigned_to);
CREATE INDEX ticket_phone ON ticket (tenant, phone_hash);
CREATE INDEX ticket_merged ON ticket (tenant, merged_into);

-- From which device; none for a command on the server and for what came before.
ALTER TABLE ticket_event ADD COLUMN device BLOB;

-- What is open beside a ticket: co-tasks, promises of others, supervisions, extensions and appeals that wait for an answer.
-- Derived from its events, for lists and timers.
CREATE TABLE ticket_task (
    tenant BLOB NOT NULL,
    ticket BLOB NOT NULL,
    n INTEGER NOT NULL, -- the event that opened it
    kind TEXT NOT NULL,
    -- The unit or person who is to do it.
    principal BLOB,
    due_at INTEGER,
    opened_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, ticket, n),
    FOREIGN KEY (tenant, ticket) REFERENCES ticket (tenant, id)
) STRICT;
CREATE INDEX ticket_task_kind ON ticket_task (tenant, kind, due_at);
CREATE INDEX ticket_task_principal ON ticket_task (tenant, principal);
