-- What the office lists of visits: rows derived from documents, and the decisions on them.

CREATE TABLE visit (
    doc BLOB NOT NULL,
    tenant BLOB NOT NULL,
    ticket BLOB NOT NULL,
    state TEXT NOT NULL DEFAULT 'draft' CHECK (
        state IN ('draft', 'submitted', 'approved', 'returned', 'rejected')
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

CREATE TABLE document_ticket (
    tenant BLOB NOT NULL,
    ticket BLOB NOT NULL,
    doc BLOB NOT NULL,
    -- From this number on, whoever sees the ticket sees the document.
    linked_seq INTEGER NOT NULL,
    PRIMARY KEY (tenant, ticket, doc)
) WITHOUT ROWID, STRICT;

CREATE INDEX document_ticket_doc ON document_ticket (tenant, doc, ticket);

-- The documents that point at a photo, or did.
CREATE TABLE document_photo (
    tenant BLOB NOT NULL,
    sha256 BLOB NOT NULL, -- 32 bytes
    doc BLOB NOT NULL,
    PRIMARY KEY (tenant, sha256, doc)
) WITHOUT ROWID, STRICT;

-- The other way round, one row a document: a row a photo with an index would hold sub-district, document and hash
-- twice.
CREATE TABLE photo_list (
    tenant BLOB NOT NULL,
    doc BLOB NOT NULL,
    -- 33 bytes each, in the order of hashes: 32 of the hash, and 1 if it was taken out or else 0.
    photos BLOB NOT NULL,
    PRIMARY KEY (tenant, doc)
) WITHOUT ROWID, STRICT;

CREATE TABLE disagreement (
    tenant BLOB NOT NULL,
    doc BLOB NOT NULL,
    path TEXT NOT NULL,
    choices TEXT NOT NULL, -- JSON
    detected_seq INTEGER NOT NULL,
    settled_seq INTEGER,
    settled_by BLOB,
    settled_at INTEGER,
    reason TEXT,
    PRIMARY KEY (tenant, doc, path)
) STRICT;

CREATE TABLE review (
    id BLOB NOT NULL,
    tenant BLOB NOT NULL,
    doc BLOB NOT NULL,
    seq INTEGER NOT NULL,
    decision TEXT NOT NULL CHECK (decision IN ('approve', 'return', 'reject')),
    reason TEXT NOT NULL DEFAULT '',
    remark TEXT NOT NULL DEFAULT '',
    pins TEXT NOT NULL DEFAULT '[]', -- JSON
    person BLOB NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (tenant, id)
) STRICT;

CREATE INDEX review_doc ON review (tenant, doc);

-- What people wrote in visits, numbers of people masked: the text that search finds. Apart from the lists' rows, which
-- are read in one go.
CREATE TABLE visit_words (
    tenant BLOB NOT NULL,
    doc BLOB NOT NULL,
    words TEXT NOT NULL,
    PRIMARY KEY (tenant, doc)
) WITHOUT ROWID, STRICT;

-- The words of visits, as pairs of characters (server/store/src/search.rs). Derived; a backup leaves it out.
CREATE VIRTUAL TABLE visit_search USING fts5(
    grams, tenant UNINDEXED, doc UNINDEXED,
    content = '', contentless_delete = 1, contentless_unindexed = 1, prefix = 1, tokenize = 'ascii'
);
