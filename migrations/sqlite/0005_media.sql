-- Complete, verified photo files. Uploads that are still under way live as files only.

CREATE TABLE media (
    tenant BLOB NOT NULL,
    sha256 BLOB NOT NULL, -- 32 bytes
    size INTEGER NOT NULL,
    mime TEXT NOT NULL,
    w INTEGER NOT NULL,
    h INTEGER NOT NULL,
    device BLOB NOT NULL,
    received_at INTEGER NOT NULL,
    thumbnails TEXT NOT NULL DEFAULT 'pending' CHECK (thumbnails IN ('pending', 'ready', 'failed')),
    -- Its file was not in the store when the hub last counted: as if it had never come, until it comes again.
    lost INTEGER NOT NULL DEFAULT FALSE,
    PRIMARY KEY (tenant, sha256)
) STRICT;

-- What the office is told of; next to nothing.
CREATE INDEX media_lost ON media (tenant) WHERE lost;
