-- What photos look like (server/photos/src/likeness.rs): one that is used again is found among all of them. Four rows a
-- photo, each by a quarter of its 64 bits.
CREATE TABLE media_look (
    tenant UUID NOT NULL,
    -- Number of the quarter times 65536, and its 16 bits.
    look BIGINT NOT NULL,
    sha256 BYTEA NOT NULL, -- 32 bytes
    -- All 64 bits, as a signed number.
    likeness BIGINT NOT NULL,
    PRIMARY KEY (tenant, look, sha256)
);

-- The likeness of one photo.
ALTER TABLE media ADD COLUMN likeness BIGINT;
