-- What a phone signed of a whole request, beside the changes; see sync_core::signed::request_message. A document's changes
-- lead here by the device and the moment at which log and quarantine received them. Where these do not say which changes
-- of a document the signature covers, a row in push_signature with this signature does. Phones with older apps sign each
-- document by itself; of these there are rows in push_signature alone.
CREATE TABLE signed_request (
    tenant UUID NOT NULL,
    device UUID NOT NULL,
    received_at BIGINT NOT NULL,
    signature BYTEA NOT NULL, -- 64 bytes
    documents BYTEA NOT NULL, -- 48 bytes each: id, SHA-256 of the names of its changes
    PRIMARY KEY (tenant, device, received_at, signature)
);
