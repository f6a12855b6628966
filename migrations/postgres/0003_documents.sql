-- The change log (inbox, segments, quarantine) and what is derived from it (heads, snapshots).

-- The id first: phones make ids, and the first door asks whether another sub-district has one.
CREATE TABLE document (
    id UUID NOT NULL,
    tenant UUID NOT NULL,
    kind TEXT NOT NULL,
    ticket UUID NOT NULL,
    device UUID NOT NULL,
    created_at BIGINT NOT NULL,
    heads BYTEA NOT NULL, -- n * 32 bytes
    changed_seq BIGINT NOT NULL,
    change_count BIGINT NOT NULL,
    byte_count BIGINT NOT NULL,
    snapshot BYTEA,
    snapshot_seq BIGINT,
    PRIMARY KEY (id, tenant)
);

-- An actor belongs to the first device that used it.
CREATE TABLE actor (
    tenant UUID NOT NULL,
    actor BYTEA NOT NULL, -- 16 bytes
    device UUID NOT NULL,
    person UUID NOT NULL,
    bound_at BIGINT NOT NULL,
    PRIMARY KEY (tenant, actor)
);

CREATE TABLE document_actor (
    tenant UUID NOT NULL,
    doc UUID NOT NULL,
    actor BYTEA NOT NULL, -- 16 bytes
    received_seq BIGINT NOT NULL,
    PRIMARY KEY (tenant, doc, actor)
);

CREATE TABLE segment (
    tenant UUID NOT NULL,
    seq BIGINT NOT NULL,
    doc UUID NOT NULL,
    device UUID NOT NULL,
    person UUID NOT NULL,
    received_at BIGINT NOT NULL,
    -- The number of the document's last segment that was admitted with it, and when that was: what lists show was
    -- derived once for all of them.
    round BIGINT NOT NULL,
    admitted_at BIGINT NOT NULL,
    -- The changes; their hashes are in them (sync_core::segment::short_hashes).
    bytes BYTEA NOT NULL,
    PRIMARY KEY (tenant, seq)
);

CREATE INDEX segment_doc ON segment (tenant, doc, seq);
CREATE INDEX segment_device ON segment (tenant, device, seq);

CREATE TABLE inbox (
    id UUID NOT NULL,
    tenant UUID NOT NULL,
    doc UUID NOT NULL,
    kind TEXT NOT NULL,
    ticket UUID NOT NULL,
    device UUID NOT NULL,
    person UUID NOT NULL,
    -- What the person was then: the gate judges by it, whenever it does.
    role TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    -- By the database's clock, for hubs whose own clocks differ.
    stored_at BIGINT NOT NULL DEFAULT (CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)),
    state TEXT NOT NULL DEFAULT 'received' CHECK (state IN ('received', 'waiting')),
    hashes BYTEA NOT NULL,
    bytes BYTEA NOT NULL,
    PRIMARY KEY (tenant, id)
);

-- The document first: see the table of documents.
CREATE INDEX inbox_doc ON inbox (doc, tenant);
-- What of a device waits for a predecessor: next to nothing, counted for every device that pushes.
CREATE INDEX inbox_waiting ON inbox (tenant, device) WHERE state = 'waiting';
-- The same for the office, which sees what waits for long.
CREATE INDEX inbox_stuck ON inbox (tenant, received_at) WHERE state = 'waiting';

CREATE TABLE quarantine (
    id UUID NOT NULL,
    tenant UUID NOT NULL,
    seq BIGINT NOT NULL,
    doc UUID NOT NULL,
    kind TEXT NOT NULL,
    ticket UUID,
    device UUID NOT NULL,
    person UUID NOT NULL,
    role TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    code TEXT NOT NULL,
    detail TEXT NOT NULL,
    hashes BYTEA NOT NULL,
    bytes BYTEA NOT NULL,
    decided_at BIGINT,
    decided_by UUID,
    decision TEXT CHECK (decision IN ('admitted', 'refused')),
    -- Why it was refused, in the office's words.
    remark TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (tenant, id)
);

CREATE INDEX quarantine_seq ON quarantine (tenant, seq);
CREATE INDEX quarantine_device ON quarantine (tenant, device, seq);
CREATE INDEX quarantine_doc ON quarantine (tenant, doc);
-- What the office has to decide on.
CREATE INDEX quarantine_open ON quarantine (tenant, seq) WHERE decision IS NULL;

-- What a device brought on one day: the measure of its quotas, kept for a month.
CREATE TABLE device_day (
    tenant UUID NOT NULL,
    device UUID NOT NULL,
    day BIGINT NOT NULL, -- days since 1970 by the clock of Shanghai
    received_changes BIGINT NOT NULL DEFAULT 0,
    received_bytes BIGINT NOT NULL DEFAULT 0,
    refused_rows BIGINT NOT NULL DEFAULT 0,
    refused_bytes BIGINT NOT NULL DEFAULT 0,
    -- Changes that were not even kept aside; the last of them by its reason and short hash.
    later_changes BIGINT NOT NULL DEFAULT 0,
    later_code TEXT,
    later_hash BYTEA, -- 16 bytes
    photo_bytes BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant, device, day)
);

-- What a phone signed of a document's push, beside the changes; see sync_core::signed::push_message.
CREATE TABLE push_signature (
    tenant UUID NOT NULL,
    doc UUID NOT NULL,
    device UUID NOT NULL,
    received_at BIGINT NOT NULL,
    signature BYTEA NOT NULL, -- 64 bytes
    -- Short hashes of the changes that it covers; absent if these are all that the device pushed of the document at
    -- that moment, which is the usual case.
    hashes BYTEA,
    PRIMARY KEY (tenant, doc, device, received_at, signature)
);
