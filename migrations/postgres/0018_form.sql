-- Versions of forms beside those that come with the program. None is ever changed: a record keeps its version.
CREATE TABLE form (
    tenant UUID NOT NULL REFERENCES tenant (id),
    id TEXT NOT NULL,
    version BIGINT NOT NULL,
    seq BIGINT NOT NULL, -- tells phones
    written_at BIGINT NOT NULL,
    person UUID, -- NULL for a command on the server
    content TEXT NOT NULL, -- as sync-core/src/form/read.rs reads it
    PRIMARY KEY (tenant, id, version)
);
