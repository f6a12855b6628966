-- What there is to choose from when a ticket is classified, and what was learned from people's decisions.

-- Versions of the catalogue: types, topics, causes, duties. The newest counts; without any, the one that comes with the program.
CREATE TABLE catalogue (
    tenant UUID NOT NULL REFERENCES tenant (id),
    version BIGINT NOT NULL, -- from 1
    at BIGINT NOT NULL,
    person UUID NOT NULL,
    content TEXT NOT NULL, -- JSON, as server/classify/src/catalogue.rs reads it
    PRIMARY KEY (tenant, version)
);

-- Each training of the classifier. The model itself is made again from the decisions until `at`: the same give the same one.
CREATE TABLE classifier_training (
    tenant UUID NOT NULL REFERENCES tenant (id),
    n BIGINT NOT NULL, -- from 1
    at BIGINT NOT NULL,
    person UUID, -- NULL for the hub itself
    version BIGINT NOT NULL, -- of the catalogue
    examples BIGINT NOT NULL, -- tickets that people had classified
    figures TEXT NOT NULL, -- JSON
    PRIMARY KEY (tenant, n)
);

-- Decisions of people on the class of tickets, newest first, without a look at every other event.
CREATE INDEX ticket_event_kind ON ticket_event (tenant, kind, at);
