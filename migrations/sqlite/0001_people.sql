-- Who works with the hub: tenants (sub-districts), their units, people, devices and sign-in state.

CREATE TABLE tenant (
    id BLOB PRIMARY KEY,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    -- Renewed when a backup is restored, so that phones notice and offer again what the hub lacks.
    timeline BLOB NOT NULL,
    -- The last sequence number given out; see Tx::next_seq.
    seq INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    -- Made by `warmline simulate`, which writes to no other.
    simulated INTEGER NOT NULL DEFAULT FALSE,
    -- What tells the hub's keys from others (Keys::fingerprint); none until a hub has opened the database.
    keys BLOB,
    -- The last finished backup holds everything that was received up to here.
    secured_until INTEGER,
    CONSTRAINT tenant_code UNIQUE (code)
) STRICT;

-- Timelines that ended, because the hub had lost what came after. The present one is the tenant's.
CREATE TABLE timeline (
    tenant BLOB NOT NULL REFERENCES tenant (id),
    id BLOB NOT NULL,
    ended_at INTEGER NOT NULL,
    -- How the loss was noticed.
    cause TEXT NOT NULL CHECK (cause IN ('mark', 'phone', 'photos', 'rebuild', 'restore')),
    PRIMARY KEY (tenant, id)
) STRICT;

CREATE TABLE unit (
    id BLOB NOT NULL,
    tenant BLOB NOT NULL REFERENCES tenant (id),
    kind TEXT NOT NULL CHECK (kind IN ('street', 'community', 'grid')),
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    parent BLOB,
    PRIMARY KEY (tenant, id),
    FOREIGN KEY (tenant, parent) REFERENCES unit (tenant, id),
    CONSTRAINT unit_code UNIQUE (tenant, code)
) STRICT;

CREATE TABLE person (
    id BLOB NOT NULL,
    tenant BLOB NOT NULL REFERENCES tenant (id),
    username TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    password_hash TEXT,
    -- A first one was handed out by somebody else and is replaced at its first use in the office.
    password_state TEXT NOT NULL DEFAULT 'own' CHECK (password_state IN ('first', 'own')),
    state TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'disabled')),
    -- Who appointed them to the office, until a second person has confirmed it.
    appointed_by BLOB,
    -- The sequence number at which what phones know of this person last changed.
    reference_seq INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, id),
    CONSTRAINT person_username UNIQUE (tenant, username)
) STRICT;

CREATE INDEX person_reference ON person (tenant, reference_seq);

-- Which principals a person acts for: their own id, units, or the tenant itself (the whole office).
CREATE TABLE person_principal (
    tenant BLOB NOT NULL,
    person BLOB NOT NULL,
    principal BLOB NOT NULL,
    granted_seq INTEGER NOT NULL,
    revoked_seq INTEGER,
    PRIMARY KEY (tenant, person, principal),
    FOREIGN KEY (tenant, person) REFERENCES person (tenant, id)
) STRICT;

CREATE INDEX person_principal_principal ON person_principal (tenant, principal);

CREATE TABLE device (
    id BLOB NOT NULL,
    tenant BLOB NOT NULL,
    person BLOB NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('phone', 'browser')),
    name TEXT NOT NULL,
    -- A suspended device must sign in again; a revoked one never comes back.
    state TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'suspended', 'revoked')),
    revoke_reason TEXT,
    -- The first time; a device of somebody who left hands over for a while from then on.
    revoked_at INTEGER,
    enrolled_at INTEGER NOT NULL,
    last_seen_at INTEGER,
    app_version TEXT,
    -- What it said of itself when it last synced; without `reported_at` it has said nothing yet.
    reported_at INTEGER,
    unsent_records INTEGER,
    unsent_changes INTEGER NOT NULL DEFAULT 0,
    unsent_photos INTEGER NOT NULL DEFAULT 0,
    clock_offset_ms INTEGER,
    PRIMARY KEY (tenant, id),
    FOREIGN KEY (tenant, person) REFERENCES person (tenant, id)
) STRICT;

CREATE INDEX device_person ON device (tenant, person);

-- Public keys of phones. The newest one counts; what was signed with an older one stays provable.
CREATE TABLE device_key (
    tenant BLOB NOT NULL,
    device BLOB NOT NULL,
    since INTEGER NOT NULL,
    public_key BLOB NOT NULL, -- 65 bytes: ECDSA on P-256, the point uncompressed
    PRIMARY KEY (tenant, device, since),
    FOREIGN KEY (tenant, device) REFERENCES device (tenant, id)
) STRICT;

-- The hash first, here and in refresh_token: a phone that shows a secret does not say of which sub-district.
CREATE TABLE enrolment (
    code_hash BLOB NOT NULL,
    tenant BLOB NOT NULL,
    person BLOB NOT NULL,
    created_by BLOB,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER,
    device BLOB,
    PRIMARY KEY (code_hash, tenant),
    FOREIGN KEY (tenant, person) REFERENCES person (tenant, id)
) STRICT;

CREATE TABLE refresh_token (
    hash BLOB NOT NULL,
    tenant BLOB NOT NULL,
    device BLOB NOT NULL,
    parent BLOB,
    state TEXT NOT NULL CHECK (state IN ('issued', 'used', 'dead')),
    issued_at INTEGER NOT NULL,
    first_used_at INTEGER,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (hash, tenant),
    FOREIGN KEY (tenant, device) REFERENCES device (tenant, id)
) STRICT;

CREATE INDEX refresh_token_device ON refresh_token (tenant, device);
CREATE INDEX refresh_token_parent ON refresh_token (tenant, parent);

-- Failed sign-ins only, for as long as they count. `bucket` is the SHA-256 of what they are counted by (an account,
-- a known device, an enrolment code): a row has one size, whatever was typed.
CREATE TABLE login_attempt (
    tenant BLOB NOT NULL,
    bucket BLOB NOT NULL, -- 32 bytes
    at INTEGER NOT NULL
) STRICT;

CREATE INDEX login_attempt_bucket ON login_attempt (tenant, bucket, at);
CREATE INDEX login_attempt_at ON login_attempt (tenant, at);

CREATE TABLE audit (
    tenant BLOB NOT NULL,
    n INTEGER NOT NULL,
    at INTEGER NOT NULL,
    person BLOB,
    device BLOB,
    act TEXT NOT NULL,
    object TEXT NOT NULL,
    result TEXT NOT NULL,
    request_id TEXT NOT NULL,
    PRIMARY KEY (tenant, n)
) STRICT;

CREATE INDEX audit_at ON audit (tenant, at);

CREATE TRIGGER audit_keeps_its_rows BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;

CREATE TRIGGER audit_keeps_its_text BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
