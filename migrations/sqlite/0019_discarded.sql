-- 作废草稿: a visit that was begun by mistake is left out of lists and counts, and stays in its ticket's story. SQLite
-- changes no check: the table is made anew.

CREATE TABLE visit_anew (
    doc BLOB NOT NULL,
    tenant BLOB NOT NULL,
    ticket BLOB NOT NULL,
    state TEXT NOT NULL DEFAULT 'draft' CHECK (
        state IN ('draft', 'submitted', 'approved', 'returned', 'rejected', 'discarded')
    ),
    place TEXT NOT NULL DEFAULT '',
    outcome TEXT NOT NULL DEFAULT '',
    people TEXT NOT NULL DEFAULT '[]', -- JSON, texts of person ids
    arrived_at INTEGER,
    submitted_at INTEGER,
    received_at INTEGER NOT NULL,
    disagreements INTEGER NOT NULL DEFAULT 0,
    photos INTEGER NOT NULL DEFAULT 0,
    late INTEGER NOT NULL DEFAULT FALSE,
    decided_seq INTEGER,
    changed_at INTEGER NOT NULL,
    changed_seq INTEGER NOT NULL,
    PRIMARY KEY (tenant, doc),
    FOREIGN KEY (tenant, doc) REFERENCES document (tenant, id)
) WITHOUT ROWID, STRICT;

INSERT INTO visit_anew (doc, tenant, ticket, state, place, outcome, people, arrived_at, submitted_at, received_at,
    disagreements, photos, late, decided_seq, changed_at, changed_seq)
SELECT doc, tenant, ticket, state, place, outcome, people, arrived_at, submitted_at, received_at,
    disagreements, photos, late, decided_seq, changed_at, changed_seq
FROM visit;

DROP TABLE visit;
ALTER TABLE visit_anew RENAME TO visit;
