-- Who of a team is on call on which day, and by which number they are reached then; tickets by the version of their deadline
-- profile.

CREATE TABLE on_call (
    tenant UUID NOT NULL,
    unit UUID NOT NULL,
    day BIGINT NOT NULL, -- days since 1970, in China
    person UUID NOT NULL,
    PRIMARY KEY (tenant, unit, day, person),
    FOREIGN KEY (tenant, unit) REFERENCES unit (tenant, id),
    FOREIGN KEY (tenant, person) REFERENCES person (tenant, id)
);
CREATE INDEX on_call_day ON on_call (tenant, day);

-- Who wrote a week of a team last: of two who write, the second is told.
CREATE TABLE on_call_week (
    tenant UUID NOT NULL,
    unit UUID NOT NULL,
    monday BIGINT NOT NULL,
    seq BIGINT NOT NULL, -- tells phones
    written_at BIGINT NOT NULL,
    person UUID NOT NULL,
    PRIMARY KEY (tenant, unit, monday),
    FOREIGN KEY (tenant, unit) REFERENCES unit (tenant, id)
);
CREATE INDEX on_call_week_seq ON on_call_week (tenant, seq);

-- The number by which a member of a team is reached while they are on call.
CREATE TABLE on_call_number (
    tenant UUID NOT NULL,
    unit UUID NOT NULL,
    person UUID NOT NULL,
    masked TEXT NOT NULL,
    sealed BYTEA NOT NULL, -- Keys::seal, bound to the person
    PRIMARY KEY (tenant, unit, person),
    FOREIGN KEY (tenant, unit) REFERENCES unit (tenant, id),
    FOREIGN KEY (tenant, person) REFERENCES person (tenant, id)
);

CREATE INDEX ticket_by_profile ON ticket (tenant, profile, profile_version, status) WHERE merged_into IS NULL;
