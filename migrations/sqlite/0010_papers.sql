-- Every version of a mediation that somebody signed, found by the hash that its paper carries; derived from documents.
-- The hash first: whoever holds a paper knows no sub-district.

CREATE TABLE mediation_revision (
    hash BLOB NOT NULL, -- SHA-256 of the content
    tenant BLOB NOT NULL,
    doc BLOB NOT NULL,
    form TEXT NOT NULL,
    complete_at INTEGER, -- when the last of those who had to sign did
    holds INTEGER NOT NULL, -- no later version is complete
    seq INTEGER NOT NULL, -- of the admission that brought its first signature
    PRIMARY KEY (hash, tenant, doc),
    FOREIGN KEY (tenant, doc) REFERENCES document (tenant, id)
) WITHOUT ROWID, STRICT;
CREATE INDEX mediation_revision_by_doc ON mediation_revision (tenant, doc);
