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
    -- Its file was not in the store when the hub last counted: as if it had never come, until it comes again.
    lost BOOLEAN NOT NULL DEFAULT FALSE,
    PRIMARY KEY (tenant, sha256)
);

-- What the office is told of; next to nothing.
CREATE INDEX media_lost ON media (tenant) WHERE lost;
