-- Years of the official calendar that were imported. The newest row of a year counts, in the place of the year that comes with
-- the program; older ones stay, so that it can be told by which calendar something was counted.

CREATE TABLE calendar_year (
    tenant BLOB NOT NULL REFERENCES tenant (id),
    year INTEGER NOT NULL,
    seq INTEGER NOT NULL, -- tells phones
    imported_at INTEGER NOT NULL,
    person BLOB, -- NULL for a command on the server
    content TEXT NOT NULL, -- as sync-core/src/calendar/form.rs reads it
    PRIMARY KEY (tenant, year, seq)
) STRICT;
