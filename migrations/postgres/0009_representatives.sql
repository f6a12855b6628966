-- Residents' representatives and the documents that they were invited to: what they see, without the tickets. As with
-- tickets, who sees what was decided in the hub's own order and is not derived again.
CREATE TABLE representative (
    tenant UUID NOT NULL,
    person UUID NOT NULL,
    doc UUID NOT NULL,
    invited_by UUID NOT NULL,
    invited_at BIGINT NOT NULL,
    -- The document names them since; absent while it does not yet.
    granted_seq BIGINT,
    -- It does no more.
    revoked_seq BIGINT,
    PRIMARY KEY (tenant, person, doc),
    FOREIGN KEY (tenant, person) REFERENCES person (tenant, id),
    FOREIGN KEY (tenant, doc) REFERENCES document (tenant, id)
);

-- Who follows a document.
CREATE INDEX representative_doc ON representative (tenant, doc);
