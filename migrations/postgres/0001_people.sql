-- Who works with the hub: tenants (sub-districts), their units, people, devices and sign-in state.

CREATE TABLE tenant (
    id UUID PRIMARY KEY,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    -- Renewed when a backup is restored, so that phones notice and offer again what the hub lacks.
    timeline UUID NOT NULL,
    -- The last sequence number given out; see Tx::next_seq.
    seq BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    -- Made by `warmline simulate`, which writes to no other.
    simulated BOOLEAN NOT NULL DEFAULT FALSE,
    -- What tells the hub's keys from others (Keys::fingerprint); none until a hub has opened the database.
    keys BYTEA,
    -- The last finished backup holds everything that was received up to here.
    secured_until BIGINT,
    CONSTRAINT tenant_code UNIQUE (code)
);

-- Timelines that ended, because the hub had lost what came after. The present one is the tenant's.
CREATE TABLE timeline (
    tenant UUID NOT NULL REFERENCES tenant (id),
    id UUID NOT NULL,
    ended_at BIGINT NOT NULL,
    -- How the loss was noticed.
    cause TEXT NOT NULL CHECK (cause IN ('mark', 'phone', 'photos', 'rebuild', 'restore')),
    PRIMARY KEY (tenant, id)
);

CREATE TABLE unit (
    id UUID NOT NULL,
    tenant UUID NOT NULL REFERENCES tenant (id),
    kind TEXT NOT NULL CHECK (kind IN ('street', 'community', 'grid')),
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    parent UUID,
    PRIMARY KEY (tenant, id),
    FOREIGN KEY (tenant, parent) REFERENCES unit (tenant, id),
    CONSTRAINT unit_code UNIQUE (tenant, code)
);

CREATE TABLE person (
    id UUID NOT NULL,
    tenant UUID NOT NULL REFERENCES tenant (id),
    username TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    password_hash TEXT,
    -- A first one was handed out by somebody else and is replaced at its first use in the office.
    password_state TEXT NOT NULL DEFAULT 'own' CHECK (password_state IN ('first', 'own')),
    state TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'disabled')),
    -- Who appointed them to the office, until a second person has confirmed it.
    appointed_by UUID,
    -- The sequence number at which what phones know of this person last changed.
    reference_seq BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant, id),
    CONSTRAINT person_username UNIQUE (tenant, username)
);

CREATE INDEX person_reference ON person (tenant, reference_seq);

-- Which principals a person acts for: their own id, units, or the tenant itself (the whole office).
CREATE TABLE person_principal (
    tenant UUID NOT NULL,
    person UUID NOT NULL,
    principal UUID NOT NULL,
    granted_seq BIGINT NOT NULL,
    revoked_seq BIGINT,
    PRIMARY KEY (tenant, person, principal),
    FOREIGN KEY (tenant, person) REFERENCES person (tenant, id)
);

CREATE INDEX person_principal_principal ON person_principal (tenant, principal);

CREATE TABLE device (
    id UUID NOT NULL,
    tenant UUID NOT NULL,
    person UUID NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('phone', 'browser')),
    name TEXT NOT NULL,
    -- A suspended device must sign in again; a revoked one never comes back.
    state TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'suspended', 'revoked')),
    revoke_reason TEXT,
    -- The first time; a device of somebody who left hands over for a while from then on.
    revoked_at BIGINT,
    enrolled_at BIGINT NOT NULL,
    last_seen_at BIGINT,
    app_version TEXT,
    -- What it said of itself when it last synced; without `reported_at` it has said nothing yet.
    reported_at BIGINT,
    unsent_records BIGINT,
    unsent_changes BIGINT NOT NULL DEFAULT 0,
    unsent_photos BIGINT NOT NULL DEFAULT 0,
    clock_offset_ms BIGINT,
    PRIMARY KEY (tenant, id),
    FOREIGN KEY (tenant, person) REFERENCES person (tenant, id)
);

CREATE INDEX device_person ON device (tenant, person);

-- Public keys of phones. The newest one counts; what was signed with an older one stays provable.
CREATE TABLE device_key (
    tenant UUID NOT NULL,
    device UUID NOT NULL,
    since BIGINT NOT NULL,
    public_key BYTEA NOT NULL, -- 65 bytes: ECDSA on P-256, the point uncompressed
    PRIMARY KEY (tenant, device, since),
    FOREIGN KEY (tenant, device) REFERENCES device (tenant, id)
);

-- The hash first, here and in refresh_token: a phone that shows a secret does not say of which sub-district.
CREATE TABLE enrolment (
    code_hash BYTEA NOT NULL,
    tenant UUID NOT NULL,
    person UUID NOT NULL,
    created_by UUID,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    device UUID,
    PRIMARY KEY (code_hash, tenant),
    FOREIGN KEY (tenant, person) REFERENCES person (tenant, id)
);

CREATE TABLE refresh_token (
    hash BYTEA NOT NULL,
    tenant UUID NOT NULL,
    device UUID NOT NULL,
    parent BYTEA,
    state TEXT NOT NULL CHECK (state IN ('issued', 'used', 'dead')),
    issued_at BIGINT NOT NULL,
    first_used_at BIGINT,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (hash, tenant),
    FOREIGN KEY (tenant, device) REFERENCES device (tenant, id)
);

CREATE INDEX refresh_token_device ON refresh_token (tenant, device);
CREATE INDEX refresh_token_parent ON refresh_token (tenant, parent);

-- Failed sign-ins only, for as long as they count. `bucket` is the SHA-256 of what they are counted by (an account,
-- a known device, an enrolment code): a row has one size, whatever was typed.
CREATE TABLE login_attempt (
    tenant UUID NOT NULL,
    bucket BYTEA NOT NULL, -- 32 bytes
    at BIGINT NOT NULL
);

CREATE INDEX login_attempt_bucket ON login_attempt (tenant, bucket, at);
CREATE INDEX login_attempt_at ON login_attempt (tenant, at);

CREATE TABLE audit (
    tenant UUID NOT NULL,
    n BIGINT NOT NULL,
    at BIGINT NOT NULL,
    person UUID,
    device UUID,
    act TEXT NOT NULL,
    object TEXT NOT NULL,
    result TEXT NOT NULL,
    request_id TEXT NOT NULL,
    PRIMARY KEY (tenant, n)
);

CREATE INDEX audit_at ON audit (tenant, at);

CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only';
END
$$;

CREATE TRIGGER audit_keeps_its_rows BEFORE DELETE OR UPDATE OR TRUNCATE ON audit
FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
