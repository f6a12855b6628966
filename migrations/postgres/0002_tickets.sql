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
    -- What lists of tickets and visits are ordered by: of all hits but those of the page it is read from the index alone.
    PRIMARY KEY (tenant, id) INCLUDE (due_at, status, dispatched_at),
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
    -- What somebody sees is read from the index alone.
    PRIMARY KEY (tenant, principal, ticket) INCLUDE (revoked_seq),
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

-- Each character with the one behind it; a space ends a word, as the end of the text does. So dear to the planner that it
-- always looks into the index and never makes the pairs of all rows anew.
CREATE FUNCTION pairs_of(folded TEXT) RETURNS TSVECTOR
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1000 AS $$
    SELECT COALESCE(array_to_tsvector(array_agg(c.one || COALESCE(c.next, ' '))), '')
    FROM unnest(string_to_array(folded, NULL), string_to_array(substr(folded, 2), NULL)) AS c (one, next)
    WHERE c.one <> ' '
$$;

-- The text of tickets, folded (server/store/src/search.rs). Derived; a backup leaves it out.
CREATE TABLE ticket_search (
    tenant UUID NOT NULL,
    ticket UUID NOT NULL,
    folded TEXT NOT NULL,
    PRIMARY KEY (tenant, ticket)
);

CREATE INDEX ticket_search_pairs ON ticket_search USING gin (pairs_of(folded));
-- Where one of the pairs is in nearly all rows, notes of that would have the planner read the table.
ALTER INDEX ticket_search_pairs ALTER COLUMN 1 SET STATISTICS 0;
