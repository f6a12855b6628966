-- Tickets of the hotline, who sees them, and what happened to each.

CREATE TABLE ticket (
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
    status TEXT NOT NULL DEFAULT 'new' CHECK (
        status IN ('new', 'assigned', 'in_progress', 'pending_review', 'reviewed', 'closed', 'void')
    ),
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
    CONSTRAINT ticket_pkey UNIQUE (tenant, id),
    CONSTRAINT ticket_upstream_no UNIQUE (tenant, source, upstream_no)
) STRICT;

CREATE INDEX ticket_due ON ticket (tenant, status, due_at);
-- The order by deadline: what has none or is over comes last (server/store/src/tickets/list.rs).
CREATE INDEX ticket_listed ON ticket (
    tenant,
    (CASE WHEN due_at IS NULL OR status IN ('closed', 'void') THEN 9223372036854775807 ELSE due_at END),
    id
);
CREATE INDEX ticket_dispatched ON ticket (tenant, dispatched_at);
CREATE INDEX ticket_assigned ON ticket (tenant, assigned_to);

-- Which principals see a ticket. A revoked row stays, so that phones learn of the removal.
CREATE TABLE ticket_scope (
    tenant BLOB NOT NULL,
    principal BLOB NOT NULL,
    ticket BLOB NOT NULL,
    granted_seq INTEGER NOT NULL,
    revoked_seq INTEGER,
    touched_seq INTEGER NOT NULL,
    -- By being named in a record, until the name is taken out of it.
    named INTEGER NOT NULL DEFAULT FALSE,
    PRIMARY KEY (tenant, principal, ticket),
    FOREIGN KEY (tenant, ticket) REFERENCES ticket (tenant, id)
) STRICT;

CREATE INDEX ticket_scope_touched ON ticket_scope (tenant, principal, touched_seq);
CREATE INDEX ticket_scope_ticket ON ticket_scope (tenant, ticket, principal);

CREATE TABLE ticket_event (
    tenant BLOB NOT NULL,
    ticket BLOB NOT NULL,
    n INTEGER NOT NULL,
    at INTEGER NOT NULL,
    person BLOB,
    kind TEXT NOT NULL,
    detail TEXT NOT NULL, -- JSON
    PRIMARY KEY (tenant, ticket, n),
    FOREIGN KEY (tenant, ticket) REFERENCES ticket (tenant, id)
) STRICT;

-- The text of tickets, as pairs of characters (server/store/src/search.rs). Derived; a backup leaves it out.
CREATE VIRTUAL TABLE ticket_search USING fts5(
    grams, tenant UNINDEXED, ticket UNINDEXED,
    content = '', contentless_delete = 1, contentless_unindexed = 1, prefix = 1, tokenize = 'ascii'
);
