-- Exchange with the upper level: what was taken out for it, what its files say otherwise, and why tickets stand still.

-- Each file of feedback that somebody took.
CREATE TABLE feedback_export (
    tenant BLOB NOT NULL REFERENCES tenant (id),
    id BLOB NOT NULL,
    at INTEGER NOT NULL,
    person BLOB NOT NULL,
    format TEXT NOT NULL,
    -- From when, if somebody said so; else it held what was new.
    since INTEGER,
    -- What happened before this moment is in this file or in one before it.
    until INTEGER NOT NULL,
    lines INTEGER NOT NULL,
    PRIMARY KEY (tenant, id)
) STRICT;
CREATE INDEX feedback_export_at ON feedback_export (tenant, at);

-- Up to which event of a ticket its feedback was taken.
CREATE TABLE exported_ticket (
    tenant BLOB NOT NULL,
    ticket BLOB NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (tenant, ticket),
    FOREIGN KEY (tenant, ticket) REFERENCES ticket (tenant, id)
) STRICT;

-- Each file of the upper level that was compared with the tickets.
CREATE TABLE reconciliation (
    tenant BLOB NOT NULL REFERENCES tenant (id),
    id BLOB NOT NULL,
    at INTEGER NOT NULL,
    person BLOB, -- none for the command line
    source TEXT NOT NULL,
    rows INTEGER NOT NULL,
    -- Its tickets were dispatched between these.
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, id)
) STRICT;
CREATE INDEX reconciliation_at ON reconciliation (tenant, at);

-- What such a file says otherwise. It is over when the ticket says the same, or when a later file has the ticket.
CREATE TABLE mismatch (
    tenant BLOB NOT NULL,
    reconciliation BLOB NOT NULL,
    ticket BLOB NOT NULL,
    reason TEXT NOT NULL,
    -- What the file says: a word, or a moment in milliseconds.
    theirs TEXT,
    theirs_at INTEGER,
    settled_at INTEGER,
    PRIMARY KEY (tenant, reconciliation, ticket, reason),
    FOREIGN KEY (tenant, reconciliation) REFERENCES reconciliation (tenant, id),
    FOREIGN KEY (tenant, ticket) REFERENCES ticket (tenant, id)
) STRICT;
CREATE INDEX mismatch_open ON mismatch (tenant, ticket) WHERE settled_at IS NULL;

-- Why nothing happens on a ticket, asked at the end of the month.
CREATE TABLE silence (
    tenant BLOB NOT NULL,
    ticket BLOB NOT NULL,
    month INTEGER NOT NULL, -- 12 for each year, from 0 in January
    at INTEGER NOT NULL,
    person BLOB NOT NULL,
    words TEXT NOT NULL,
    PRIMARY KEY (tenant, ticket, month),
    FOREIGN KEY (tenant, ticket) REFERENCES ticket (tenant, id)
) STRICT;
