-- What photos look like (server/photos/src/likeness.rs): one that is used again is found among all of them. Four rows a
-- photo, each by a quarter of its 64 bits.
CREATE TABLE media_look (
    tenant BLOB NOT NULL,
    -- Number of the quarter times 65536, and its 16 bits.
    look INTEGER NOT NULL,
    sha256 BLOB NOT NULL, -- 32 bytes
    -- All 64 bits, as a signed number.
    likeness INTEGER NOT NULL,
    PRIMARY KEY (tenant, look, sha256)
) STRICT, WITHOUT ROWID;

-- The likeness of one photo.
ALTER TABLE media ADD COLUMN likeness INTEGER;
