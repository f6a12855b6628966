-- Versions of forms beside those that come with the program. None is ever changed: a record keeps its version.
CREATE TABLE form (
    tenant BLOB NOT NULL REFERENCES tenant (id),
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    seq INTEGER NOT NULL, -- tells phones
    written_at INTEGER NOT NULL,
    person BLOB, -- NULL for a command on the server
    content TEXT NOT NULL, -- as sync-core/src/form/read.rs reads it
    PRIMARY KEY (tenant, id, version)
) STRICT;
