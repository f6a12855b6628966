-- The change log (inbox, segments, quarantine) and what is derived from it (heads, snapshots).

-- The id first: phones make ids, and the first door asks whether another sub-district has one.
CREATE TABLE document (
    id BLOB NOT NULL,
    tenant BLOB NOT NULL,
    kind TEXT NOT NULL,
    ticket BLOB NOT NULL,
    device BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    heads BLOB NOT NULL, -- n * 32 bytes
    changed_seq INTEGER NOT NULL,
    change_count INTEGER NOT NULL,
    byte_count INTEGER NOT NULL,
    snapshot BLOB,
    snapshot_seq INTEGER,
    PRIMARY KEY (id, tenant)
) WITHOUT ROWID, STRICT;

-- An actor belongs to the first device that used it.
CREATE TABLE actor (
    tenant BLOB NOT NULL,
    actor BLOB NOT NULL, -- 16 bytes
    device BLOB NOT NULL,
    person BLOB NOT NULL,
    bound_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, actor)
) WITHOUT ROWID, STRICT;

CREATE TABLE document_actor (
    tenant BLOB NOT NULL,
    doc BLOB NOT NULL,
    actor BLOB NOT NULL, -- 16 bytes
    received_seq INTEGER NOT NULL,
    PRIMARY KEY (tenant, doc, actor)
) WITHOUT ROWID, STRICT;

CREATE TABLE segment (
    tenant BLOB NOT NULL,
    seq INTEGER NOT NULL,
    doc BLOB NOT NULL,
    device BLOB NOT NULL,
    person BLOB NOT NULL,
    received_at INTEGER NOT NULL,
    -- The number of the document's last segment that was admitted with it, and when that was: what lists show was
    -- derived once for all of them.
    round INTEGER NOT NULL,
    admitted_at INTEGER NOT NULL,
    -- The changes; their hashes are in them (sync_core::segment::short_hashes).
    bytes BLOB NOT NULL,
    PRIMARY KEY (tenant, seq)
) STRICT;

CREATE INDEX segment_doc ON segment (tenant, doc, seq);
CREATE INDEX segment_device ON segment (tenant, device, seq);

CREATE TABLE inbox (
    id BLOB NOT NULL,
    tenant BLOB NOT NULL,
    doc BLOB NOT NULL,
    kind TEXT NOT NULL,
    ticket BLOB NOT NULL,
    device BLOB NOT NULL,
    person BLOB NOT NULL,
    -- What the person was then: the gate judges by it, whenever it does.
    role TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    -- By the database's clock, for hubs whose own clocks differ.
    stored_at INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER)),
    state TEXT NOT NULL DEFAULT 'received' CHECK (state IN ('received', 'waiting')),
    hashes BLOB NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (tenant, id)
) STRICT;

-- The document first: see the table of documents.
CREATE INDEX inbox_doc ON inbox (doc, tenant);
-- What of a device waits for a predecessor: next to nothing, counted for every device that pushes.
CREATE INDEX inbox_waiting ON inbox (tenant, device) WHERE state = 'waiting';
-- The same for the office, which sees what waits for long.
CREATE INDEX inbox_stuck ON inbox (tenant, received_at) WHERE state = 'waiting';

CREATE TABLE quarantine (
    id BLOB NOT NULL,
    tenant BLOB NOT NULL,
    seq INTEGER NOT NULL,
    doc BLOB NOT NULL,
    kind TEXT NOT NULL,
    ticket BLOB,
    device BLOB NOT NULL,
    person BLOB NOT NULL,
    role TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    code TEXT NOT NULL,
    detail TEXT NOT NULL,
    hashes BLOB NOT NULL,
    bytes BLOB NOT NULL,
    decided_at INTEGER,
    decided_by BLOB,
    decision TEXT CHECK (decision IN ('admitted', 'refused')),
    -- Why it was refused, in the office's words.
    remark TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (tenant, id)
) STRICT;

CREATE INDEX quarantine_seq ON quarantine (tenant, seq);
CREATE INDEX quarantine_device ON quarantine (tenant, device, seq);
CREATE INDEX quarantine_doc ON quarantine (tenant, doc);
-- What the office has to decide on.
CREATE INDEX quarantine_open ON quarantine (tenant, seq) WHERE decision IS NULL;

-- What a device brought on one day: the measure of its quotas, kept for a month.
CREATE TABLE device_day (
    tenant BLOB NOT NULL,
    device BLOB NOT NULL,
    day INTEGER NOT NULL, -- days since 1970 by the clock of Shanghai
    received_changes INTEGER NOT NULL DEFAULT 0,
    received_bytes INTEGER NOT NULL DEFAULT 0,
    refused_rows INTEGER NOT NULL DEFAULT 0,
    refused_bytes INTEGER NOT NULL DEFAULT 0,
    -- Changes that were not even kept aside; the last of them by its reason and short hash.
    later_changes INTEGER NOT NULL DEFAULT 0,
    later_code TEXT,
    later_hash BLOB, -- 16 bytes
    photo_bytes INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant, device, day)
) WITHOUT ROWID, STRICT;

-- What a phone signed of a document's push, beside the changes; see sync_core::signed::push_message.
CREATE TABLE push_signature (
    tenant BLOB NOT NULL,
    doc BLOB NOT NULL,
    device BLOB NOT NULL,
    received_at INTEGER NOT NULL,
    signature BLOB NOT NULL, -- 64 bytes
    -- Short hashes of the changes that it covers; absent if these are all that the device pushed of the document at
    -- that moment, which is the usual case.
    hashes BLOB,
    PRIMARY KEY (tenant, doc, device, received_at, signature)
) WITHOUT ROWID, STRICT;
