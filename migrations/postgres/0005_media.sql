-- Complete, verified photo files. Uploads that are still under way live as files only.

CREATE TABLE media (
    tenant UUID NOT NULL,
    sha256 BYTEA NOT NULL, -- 32 bytes
    size BIGINT NOT NULL,
    mime TEXT NOT NULL,
    w BIGINT NOT NULL,
    h BIGINT NOT NULL,
    device UUID NOT NULL,
    received_at BIGINT NOT NULL,
    thumbnails TEXT NOT NULL DEFAULT 'pending' CHECK (thumbnails IN ('pending', 'ready', 'failed')),
    PRIMARY KEY (tenant, sha256)
);
