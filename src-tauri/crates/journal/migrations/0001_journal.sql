-- The journal's tables. Plain SQL; what only SQLite has stands in 0002_guards.sql.
-- Times are microseconds since 1970-01-01T00:00:00Z. Amounts are ten-thousandths of the currency's unit.
-- Card ids are text, because the gateway's numbers may need 64 bits without a sign.

CREATE TABLE cardholders (
    id                TEXT   NOT NULL PRIMARY KEY,
    first_name        TEXT   NOT NULL,
    last_name         TEXT   NOT NULL,
    username          TEXT   NOT NULL,
    phone_number      TEXT,
    address           TEXT,
    country_of_birth  TEXT,
    place_of_birth    TEXT,
    gender            TEXT,
    marital_status    TEXT,
    date_of_birth     TEXT,
    document_type     TEXT,
    document_number   TEXT,
    nit               TEXT,
    status            TEXT,
    registered_at     BIGINT,
    source            TEXT   NOT NULL CHECK (source IN ('registered_here', 'gateway')),
    seen_at           BIGINT NOT NULL,
    sort_key          TEXT   NOT NULL
);

CREATE TABLE cards (
    id               TEXT   NOT NULL PRIMARY KEY,
    cardholder_id    TEXT   NOT NULL REFERENCES cardholders (id),
    last_four        TEXT   CHECK (length(last_four) = 4),
    alias            TEXT,
    state            TEXT   NOT NULL,
    currency         TEXT   CHECK (length(currency) = 3),
    balance          BIGINT,
    pending_debits   BIGINT,
    pending_credits  BIGINT,
    expiry_month     BIGINT CHECK (expiry_month BETWEEN 1 AND 12),
    expiry_year      BIGINT,
    embossed_name    TEXT,
    issued_at        BIGINT,
    activated_at     BIGINT,
    seen_at          BIGINT NOT NULL,
    CHECK ((expiry_month IS NULL) = (expiry_year IS NULL))
);
CREATE INDEX cards_of_a_cardholder ON cards (cardholder_id);

CREATE TABLE operation_states (
    state  TEXT NOT NULL PRIMARY KEY
);
INSERT INTO operation_states (state) VALUES
    ('drafted'), ('discarded'), ('intent'), ('applied'), ('refused'), ('not_sent'), ('unknown'),
    ('settled_applied'), ('settled_not_applied');

CREATE TABLE legal_moves (
    from_state  TEXT NOT NULL REFERENCES operation_states (state),
    to_state    TEXT NOT NULL REFERENCES operation_states (state),
    PRIMARY KEY (from_state, to_state)
);
INSERT INTO legal_moves (from_state, to_state) VALUES
    ('drafted', 'discarded'),
    ('drafted', 'intent'),
    ('intent', 'applied'),
    ('intent', 'refused'),
    ('intent', 'not_sent'),
    ('intent', 'unknown'),
    ('unknown', 'settled_applied'),
    ('unknown', 'settled_not_applied');

CREATE TABLE operations (
    reference      TEXT   NOT NULL PRIMARY KEY,
    kind           TEXT   NOT NULL CHECK (kind IN ('load', 'withdrawal', 'issue')),
    cardholder_id  TEXT,
    card_id        TEXT,
    amount         BIGINT CHECK (amount > 0),
    currency       TEXT   CHECK (length(currency) = 3),
    note           TEXT,
    channel        TEXT,
    context        TEXT,
    drafted_at     BIGINT NOT NULL,
    drafted_by     TEXT   NOT NULL,
    state          TEXT   NOT NULL REFERENCES operation_states (state),
    moves          BIGINT NOT NULL CHECK (moves >= 0),
    CHECK (
        (kind = 'issue' AND cardholder_id IS NOT NULL AND amount IS NULL AND currency IS NULL)
        OR (kind <> 'issue' AND card_id IS NOT NULL AND amount IS NOT NULL AND currency IS NOT NULL)
    )
);
-- Nothing like an operation whose outcome is open can be sent (design.md, The way of one load of funds).
CREATE UNIQUE INDEX one_open_funds_operation_alike ON operations (card_id, kind, amount, currency)
    WHERE state IN ('intent', 'unknown') AND kind <> 'issue';
CREATE UNIQUE INDEX one_open_issue_for_a_cardholder ON operations (cardholder_id)
    WHERE state IN ('intent', 'unknown') AND kind = 'issue';
CREATE INDEX operations_of_a_card ON operations (card_id, drafted_at);
CREATE INDEX operations_by_state ON operations (state);

CREATE TABLE operation_moves (
    reference     TEXT   NOT NULL REFERENCES operations (reference),
    sequence      BIGINT NOT NULL CHECK (sequence > 0),
    from_state    TEXT   NOT NULL,
    to_state      TEXT   NOT NULL,
    at            BIGINT NOT NULL,
    operator      TEXT   NOT NULL,
    detail        TEXT,
    gateway_code  TEXT,
    http_status   BIGINT,
    movement_id   TEXT,
    PRIMARY KEY (reference, sequence),
    FOREIGN KEY (from_state, to_state) REFERENCES legal_moves (from_state, to_state)
);

CREATE TABLE print_runs (
    number        BIGINT NOT NULL PRIMARY KEY CHECK (number > 0),
    state         TEXT   NOT NULL CHECK (state IN ('draft', 'finished', 'discarded')),
    layout        TEXT   NOT NULL,
    language      TEXT   NOT NULL,
    begun_at      BIGINT NOT NULL,
    operator      TEXT   NOT NULL,
    ended_at      BIGINT,
    sent_to       TEXT   CHECK (sent_to IN ('printer', 'file')),
    sent_to_name  TEXT,
    CHECK ((state = 'draft') = (ended_at IS NULL)),
    CHECK ((state = 'finished') = (sent_to IS NOT NULL)),
    CHECK ((sent_to IS NULL) = (sent_to_name IS NULL))
);

CREATE TABLE inserts (
    serial         TEXT   NOT NULL PRIMARY KEY,
    run_number     BIGINT NOT NULL REFERENCES print_runs (number),
    position       BIGINT NOT NULL CHECK (position > 0),
    cardholder_id  TEXT   NOT NULL REFERENCES cardholders (id),
    card_id        TEXT   REFERENCES cards (id),
    last_four      TEXT   CHECK (length(last_four) = 4),
    state          TEXT   NOT NULL CHECK (state IN ('drafted', 'printed', 'discarded', 'voided')),
    replaces       TEXT   REFERENCES inserts (serial),
    replaces_why   TEXT,
    voided_by      TEXT   REFERENCES inserts (serial),
    UNIQUE (run_number, position),
    CHECK ((replaces IS NULL) = (replaces_why IS NULL)),
    CHECK ((state = 'voided') = (voided_by IS NOT NULL))
);
CREATE UNIQUE INDEX one_valid_insert_for_a_card ON inserts (card_id) WHERE state = 'printed';
CREATE UNIQUE INDEX one_valid_replacement ON inserts (replaces) WHERE state IN ('printed', 'voided');
CREATE INDEX inserts_of_a_cardholder ON inserts (cardholder_id);

CREATE TABLE happenings (
    number         BIGINT NOT NULL PRIMARY KEY CHECK (number > 0),
    at             BIGINT NOT NULL,
    operator       TEXT   NOT NULL,
    cardholder_id  TEXT,
    card_id        TEXT,
    action         TEXT   NOT NULL,
    reference      TEXT,
    serial         TEXT,
    result         TEXT   NOT NULL,
    detail         TEXT
);
CREATE INDEX happenings_of_a_cardholder ON happenings (cardholder_id, number);
CREATE INDEX happenings_of_a_card ON happenings (card_id, number);
