-- Every version of a mediation that somebody signed, found by the hash that its paper carries; derived from documents.
-- The hash first: whoever holds a paper knows no sub-district.

CREATE TABLE mediation_revision (
    hash BYTEA NOT NULL, -- SHA-256 of the content
    tenant UUID NOT NULL,
    doc UUID NOT NULL,
    form TEXT NOT NULL,
    complete_at BIGINT, -- when the last of those who had to sign did
    holds BOOLEAN NOT NULL, -- no later version is complete
    seq BIGINT NOT NULL, -- of the admission that brought its first signature
    PRIMARY KEY (hash, tenant, doc),
    FOREIGN KEY (tenant, doc) REFERENCES document (tenant, id)
);
CREATE INDEX mediation_revision_by_doc ON mediation_revision (tenant, doc);
