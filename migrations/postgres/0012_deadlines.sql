-- By when tickets are due: profiles that the office wrote, what the clocks of a ticket are made of, and who was warned.

-- Versions of deadline profiles beside those that come with the program. None is ever changed: a ticket keeps its version.
CREATE TABLE deadline_profile (
    tenant UUID NOT NULL REFERENCES tenant (id),
    id TEXT NOT NULL,
    version BIGINT NOT NULL,
    seq BIGINT NOT NULL, -- tells phones
    written_at BIGINT NOT NULL,
    person UUID, -- NULL for a command on the server
    content TEXT NOT NULL, -- as sync-core/src/deadline/form.rs reads it
    PRIMARY KEY (tenant, id, version)
);

-- When the hub learned of the first arrival, and whether a phone's clock was put right for it.
ALTER TABLE ticket ADD COLUMN arrival_received_at BIGINT;
ALTER TABLE ticket ADD COLUMN arrival_corrected BOOLEAN NOT NULL DEFAULT FALSE;
-- sync_core::deadline::Facts as JSON: read from the events of the ticket when something happened to it.
ALTER TABLE ticket ADD COLUMN clock_facts TEXT;
-- The worst level of its clocks, and when one of them shows another: 0 to be looked at now, NULL if none will.
ALTER TABLE ticket ADD COLUMN level TEXT;
ALTER TABLE ticket ADD COLUMN next_change_at BIGINT DEFAULT 0;
UPDATE ticket SET next_change_at = NULL WHERE status IN ('closed', 'returned', 'void');
CREATE INDEX ticket_next_change ON ticket (tenant, next_change_at);

-- 预警: each level of each clock once, for one due date; another date is another warning.
CREATE TABLE ticket_warning (
    tenant UUID NOT NULL,
    ticket UUID NOT NULL,
    clock TEXT NOT NULL,
    name TEXT NOT NULL, -- which co-task, which supervision
    level TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    warned_at BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    told TEXT NOT NULL, -- the role that it went to
    PRIMARY KEY (tenant, ticket, clock, name, level, due_at, told),
    FOREIGN KEY (tenant, ticket) REFERENCES ticket (tenant, id)
);
CREATE INDEX ticket_warning_seq ON ticket_warning (tenant, seq);
