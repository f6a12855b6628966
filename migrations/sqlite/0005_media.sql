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
    PRIMARY KEY (tenant, sha256)
) STRICT;
