-- What the office lists of mediations: rows derived from documents.

CREATE TABLE mediation (
    doc BLOB NOT NULL,
    tenant BLOB NOT NULL,
    ticket BLOB NOT NULL,
    -- Without what only time brings: a date that has come (next_at) makes an effective one due.
    standing TEXT NOT NULL DEFAULT 'draft' CHECK (
        standing IN ('draft', 'partly_signed', 'effective', 'performance_due', 'followed_up', 'performed', 'breached', 'withdrawn')
    ),
    risk TEXT NOT NULL DEFAULT '',
    place TEXT NOT NULL DEFAULT '',
    people TEXT NOT NULL DEFAULT '[]', -- JSON, texts of person ids
    facts TEXT NOT NULL, -- JSON, what the core reads out of it (kinds/mediation/summary.rs)
    began_at INTEGER,
    effective_at INTEGER,
    next_at INTEGER,
    disagreements INTEGER NOT NULL DEFAULT 0,
    photos INTEGER NOT NULL DEFAULT 0,
    changed_at INTEGER NOT NULL,
    changed_seq INTEGER NOT NULL,
    PRIMARY KEY (tenant, doc),
    FOREIGN KEY (tenant, doc) REFERENCES document (tenant, id)
) WITHOUT ROWID, STRICT;
