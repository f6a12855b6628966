-- What the office lists of visits: rows derived from documents, and the decisions on them.

CREATE TABLE visit (
    doc UUID NOT NULL,
    tenant UUID NOT NULL,
    ticket UUID NOT NULL,
    state TEXT NOT NULL DEFAULT 'draft' CHECK (
        state IN ('draft', 'submitted', 'approved', 'returned', 'rejected')
    ),
    place TEXT NOT NULL DEFAULT '',
    outcome TEXT NOT NULL DEFAULT '',
    people JSONB NOT NULL DEFAULT '[]', -- texts of person ids
    arrived_at BIGINT,
    submitted_at BIGINT,
    received_at BIGINT NOT NULL,
    disagreements BIGINT NOT NULL DEFAULT 0,
    photos BIGINT NOT NULL DEFAULT 0,
    late BOOLEAN NOT NULL DEFAULT FALSE,
    decided_seq BIGINT,
    changed_at BIGINT NOT NULL,
    changed_seq BIGINT NOT NULL,
    PRIMARY KEY (tenant, doc),
    FOREIGN KEY (tenant, doc) REFERENCES document (tenant, id)
);

CREATE TABLE document_ticket (
    tenant UUID NOT NULL,
    ticket UUID NOT NULL,
    doc UUID NOT NULL,
    -- From this number on, whoever sees the ticket sees the document.
    linked_seq BIGINT NOT NULL,
    PRIMARY KEY (tenant, ticket, doc)
);

CREATE INDEX document_ticket_doc ON document_ticket (tenant, doc, ticket);

-- The documents that point at a photo, or did.
CREATE TABLE document_photo (
    tenant UUID NOT NULL,
    sha256 BYTEA NOT NULL, -- 32 bytes
    doc UUID NOT NULL,
    PRIMARY KEY (tenant, sha256, doc)
);

-- The other way round, one row a document: a row a photo with an index would hold sub-district, document and hash
-- twice.
CREATE TABLE photo_list (
    tenant UUID NOT NULL,
    doc UUID NOT NULL,
    -- 33 bytes each, in the order of hashes: 32 of the hash, and 1 if it was taken out or else 0.
    photos BYTEA NOT NULL,
    PRIMARY KEY (tenant, doc)
);

CREATE TABLE disagreement (
    tenant UUID NOT NULL,
    doc UUID NOT NULL,
    path TEXT NOT NULL,
    choices JSONB NOT NULL,
    detected_seq BIGINT NOT NULL,
    settled_seq BIGINT,
    settled_by UUID,
    settled_at BIGINT,
    reason TEXT,
    PRIMARY KEY (tenant, doc, path)
);

CREATE TABLE review (
    id UUID NOT NULL,
    tenant UUID NOT NULL,
    doc UUID NOT NULL,
    seq BIGINT NOT NULL,
    decision TEXT NOT NULL CHECK (decision IN ('approve', 'return', 'reject')),
    reason TEXT NOT NULL DEFAULT '',
    remark TEXT NOT NULL DEFAULT '',
    pins JSONB NOT NULL DEFAULT '[]',
    person UUID NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
);

CREATE INDEX review_doc ON review (tenant, doc);

-- What people wrote in visits, numbers of people masked: the text that search finds. Apart from the lists' rows, which
-- are read in one go.
CREATE TABLE visit_words (
    tenant UUID NOT NULL,
    doc UUID NOT NULL,
    words TEXT NOT NULL,
    PRIMARY KEY (tenant, doc)
);

-- The words of visits, folded (server/store/src/search.rs). Derived; a backup leaves it out.
CREATE TABLE visit_search (
    tenant UUID NOT NULL,
    doc UUID NOT NULL,
    folded TEXT NOT NULL,
    PRIMARY KEY (tenant, doc)
);

CREATE INDEX visit_search_pairs ON visit_search USING gin (pairs_of(folded));
ALTER INDEX visit_search_pairs ALTER COLUMN 1 SET STATISTICS 0;
