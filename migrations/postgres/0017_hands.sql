-- Promises of outside parties have clocks now: the next look counts those that were made before.
UPDATE ticket SET next_change_at = 0
WHERE EXISTS (SELECT 1 FROM ticket_task k WHERE k.tenant = ticket.tenant AND k.ticket = ticket.id AND k.kind = 'outside');

-- Contacts that phones told when the ticket was another one's by then: the office lets them in or does not.
CREATE TABLE aside_contact (
    tenant UUID NOT NULL,
    id UUID NOT NULL,
    ticket UUID NOT NULL,
    person UUID NOT NULL,
    device UUID NOT NULL,
    means TEXT NOT NULL,
    words TEXT NOT NULL,
    made_at BIGINT NOT NULL, -- by the clock of the device
    corrected BOOLEAN NOT NULL,
    received_at BIGINT NOT NULL,
    decision TEXT CHECK (decision IN ('admitted', 'refused')),
    decided_at BIGINT,
    decided_by UUID,
    remark TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (tenant, id),
    FOREIGN KEY (tenant, ticket) REFERENCES ticket (tenant, id),
    CONSTRAINT aside_contact_once UNIQUE (tenant, ticket, person, made_at)
);
CREATE INDEX aside_contact_open ON aside_contact (tenant, received_at) WHERE decision IS NULL;
CREATE INDEX aside_contact_person ON aside_contact (tenant, person) WHERE decision IS NULL;
