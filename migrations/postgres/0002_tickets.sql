-- Tickets of the hotline, who sees them, and what happened to each.

CREATE TABLE ticket (
    id UUID NOT NULL,
    tenant UUID NOT NULL REFERENCES tenant (id),
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
    community UUID,
    grid UUID,
    unit_text TEXT,
    requester_masked TEXT,
    phone_masked TEXT,
    -- The requester in full, encrypted by Keys::seal.
    requester_sealed BYTEA,
    status TEXT NOT NULL DEFAULT 'new' CHECK (
        status IN ('new', 'assigned', 'in_progress', 'pending_review', 'reviewed', 'closed', 'void')
    ),
    urgency TEXT NOT NULL DEFAULT 'normal' CHECK (urgency IN ('normal', 'urgent', 'critical')),
    dispatched_at BIGINT NOT NULL,
    due_at BIGINT,
    created_at BIGINT NOT NULL,
    closed_at BIGINT,
    reply TEXT,
    replied_at BIGINT,
    assigned_kind TEXT,
    assigned_to UUID,
    changed_seq BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant, id),
    CONSTRAINT ticket_upstream_no UNIQUE (tenant, source, upstream_no)
);

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
    tenant UUID NOT NULL,
    principal UUID NOT NULL,
    ticket UUID NOT NULL,
    granted_seq BIGINT NOT NULL,
    revoked_seq BIGINT,
    touched_seq BIGINT NOT NULL,
    -- By being named in a record, until the name is taken out of it.
    named BOOLEAN NOT NULL DEFAULT FALSE,
    PRIMARY KEY (tenant, principal, ticket),
    FOREIGN KEY (tenant, ticket) REFERENCES ticket (tenant, id)
);

CREATE INDEX ticket_scope_touched ON ticket_scope (tenant, principal, touched_seq);
CREATE INDEX ticket_scope_ticket ON ticket_scope (tenant, ticket, principal);

CREATE TABLE ticket_event (
    tenant UUID NOT NULL,
    ticket UUID NOT NULL,
    n BIGINT NOT NULL,
    at BIGINT NOT NULL,
    person UUID,
    kind TEXT NOT NULL,
    detail JSONB NOT NULL,
    PRIMARY KEY (tenant, ticket, n),
    FOREIGN KEY (tenant, ticket) REFERENCES ticket (tenant, id)
);

-- The text of tickets, as pairs of characters (server/store/src/search.rs). Derived; a backup leaves it out.
CREATE TABLE ticket_search (
    tenant UUID NOT NULL,
    ticket UUID NOT NULL,
    grams TSVECTOR NOT NULL,
    PRIMARY KEY (tenant, ticket)
);

CREATE INDEX ticket_search_grams ON ticket_search USING gin (grams);
