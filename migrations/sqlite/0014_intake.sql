-- What comes to the office directly: numbers of its own, pictures of what was sent, cards with a code, files that were dropped.

-- A number that somebody copied is looked for whichever source it came from.
CREATE INDEX ticket_number ON ticket (tenant, upstream_no);

-- Tickets that came to the office directly are numbered by the day on which they came, in China.
CREATE TABLE local_number (
    tenant BLOB NOT NULL REFERENCES tenant (id),
    day INTEGER NOT NULL, -- days since 1970
    last INTEGER NOT NULL,
    PRIMARY KEY (tenant, day)
) STRICT;

-- Pictures that show what was asked: screenshots of a chat, photos of a report.
CREATE TABLE ticket_evidence (
    tenant BLOB NOT NULL,
    ticket BLOB NOT NULL,
    sha256 BLOB NOT NULL, -- 32 bytes
    at INTEGER NOT NULL,
    person BLOB, -- none for what the public sent
    PRIMARY KEY (tenant, ticket, sha256),
    FOREIGN KEY (tenant, ticket) REFERENCES ticket (tenant, id),
    FOREIGN KEY (tenant, sha256) REFERENCES media (tenant, sha256)
) STRICT;

-- The same matter that came again by another way: the earlier one keeps when it was handled.
CREATE TABLE ticket_link (
    tenant BLOB NOT NULL,
    ticket BLOB NOT NULL,
    earlier BLOB NOT NULL,
    at INTEGER NOT NULL,
    person BLOB,
    PRIMARY KEY (tenant, ticket, earlier),
    FOREIGN KEY (tenant, ticket) REFERENCES ticket (tenant, id),
    FOREIGN KEY (tenant, earlier) REFERENCES ticket (tenant, id)
) STRICT;
CREATE INDEX ticket_link_earlier ON ticket_link (tenant, earlier);

-- Printed cards with a code that leads to the public form. The code first: whoever holds a card knows no sub-district.
CREATE TABLE card (
    code TEXT NOT NULL,
    tenant BLOB NOT NULL REFERENCES tenant (id),
    place TEXT NOT NULL,
    community BLOB,
    active INTEGER NOT NULL DEFAULT TRUE,
    created_at INTEGER NOT NULL,
    person BLOB NOT NULL,
    PRIMARY KEY (code, tenant)
) STRICT;
CREATE INDEX card_tenant ON card (tenant, created_at);

-- Reports of the public, found by the code that was given for them; the code itself is not kept.
CREATE TABLE report (
    code_hash BLOB NOT NULL, -- 32 bytes
    tenant BLOB NOT NULL,
    ticket BLOB NOT NULL,
    card TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (code_hash, tenant),
    FOREIGN KEY (tenant, ticket) REFERENCES ticket (tenant, id)
) STRICT;

-- Files of the drop folder, by their content: each is imported once, whichever hub finds it and however often it is dropped.
CREATE TABLE dropped_file (
    tenant BLOB NOT NULL REFERENCES tenant (id),
    sha256 BLOB NOT NULL, -- 32 bytes
    begun_at INTEGER NOT NULL,
    ended_at INTEGER,
    -- Whether it was imported; nothing while it is worked on.
    taken INTEGER,
    report TEXT, -- JSON
    PRIMARY KEY (tenant, sha256)
) STRICT;
