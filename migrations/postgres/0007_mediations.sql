-- What the office lists of mediations: rows derived from documents.

CREATE TABLE mediation (
    doc UUID NOT NULL,
    tenant UUID NOT NULL,
    ticket UUID NOT NULL,
    -- Without what only time brings: a date that has come (next_at) makes an effective one due.
    standing TEXT NOT NULL DEFAULT 'draft' CHECK (
        standing IN ('draft', 'partly_signed', 'effective', 'performance_due', 'followed_up', 'performed', 'breached', 'withdrawn')
    ),
    risk TEXT NOT NULL DEFAULT '',
    place TEXT NOT NULL DEFAULT '',
    people JSONB NOT NULL DEFAULT '[]', -- texts of person ids
    facts JSONB NOT NULL, -- what the core reads out of it (kinds/mediation/summary.rs)
    began_at BIGINT,
    effective_at BIGINT,
    next_at BIGINT,
    disagreements BIGINT NOT NULL DEFAULT 0,
    photos BIGINT NOT NULL DEFAULT 0,
    changed_at BIGINT NOT NULL,
    changed_seq BIGINT NOT NULL,
    PRIMARY KEY (tenant, doc),
    FOREIGN KEY (tenant, doc) REFERENCES document (tenant, id)
);
