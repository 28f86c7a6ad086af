-- More kinds of operations, what a settled one rests on, how operations name each other, and the looks for what has no
-- outcome. The two tables are made anew, because SQLite changes no constraint of a table that is there.

DROP TRIGGER operation_starts_as_a_draft;
DROP TRIGGER operation_facts_never_change;
DROP TRIGGER operation_moves_are_legal;
DROP TRIGGER operation_moves_are_written_down;
DROP TRIGGER operation_is_never_deleted;
DROP TRIGGER operation_move_follows;
DROP TRIGGER operation_move_never_changes;
DROP TRIGGER operation_move_is_never_deleted;

CREATE TABLE operations_anew (
    reference      TEXT   NOT NULL PRIMARY KEY,
    kind           TEXT   NOT NULL
                   CHECK (kind IN ('issue', 'load', 'withdrawal', 'adjustment_load', 'adjustment_withdrawal', 'transfer')),
    cardholder_id  TEXT,
    card_id        TEXT,
    to_card_id     TEXT,
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
    ),
    CHECK ((kind = 'transfer') = (to_card_id IS NOT NULL)),
    CHECK (to_card_id IS NULL OR to_card_id <> card_id)
);
INSERT INTO operations_anew (
    reference, kind, cardholder_id, card_id, amount, currency, note, channel, context, drafted_at, drafted_by, state, moves
)
SELECT reference, kind, cardholder_id, card_id, amount, currency, note, channel, context, drafted_at, drafted_by, state, moves
FROM operations;

CREATE TABLE operation_moves_anew (
    reference     TEXT   NOT NULL REFERENCES operations_anew (reference),
    sequence      BIGINT NOT NULL CHECK (sequence > 0),
    from_state    TEXT   NOT NULL,
    to_state      TEXT   NOT NULL,
    at            BIGINT NOT NULL,
    operator      TEXT   NOT NULL,
    basis         TEXT   CHECK (basis IN ('evidence', 'person')),
    detail        TEXT,
    gateway_code  TEXT,
    http_status   BIGINT,
    movement_id   TEXT,
    PRIMARY KEY (reference, sequence),
    FOREIGN KEY (from_state, to_state) REFERENCES legal_moves (from_state, to_state),
    CHECK ((to_state IN ('settled_applied', 'settled_not_applied')) = (basis IS NOT NULL)),
    -- That something is not shown never settles anything by itself.
    CHECK (to_state <> 'settled_not_applied' OR basis = 'person'),
    CHECK (basis IS NULL OR basis <> 'person' OR length(trim(coalesce(detail, ''))) > 0)
);
-- Until now only evidence settled anything as applied. Nothing could be settled as not applied but by a person.
INSERT INTO operation_moves_anew (
    reference, sequence, from_state, to_state, at, operator, basis, detail, gateway_code, http_status, movement_id
)
SELECT reference, sequence, from_state, to_state, at, operator,
    CASE to_state WHEN 'settled_applied' THEN 'evidence' WHEN 'settled_not_applied' THEN 'person' END,
    CASE WHEN to_state = 'settled_not_applied' AND length(trim(coalesce(detail, ''))) = 0 THEN '?' ELSE detail END,
    gateway_code, http_status, movement_id
FROM operation_moves;

DROP TABLE operation_moves;
DROP TABLE operations;
ALTER TABLE operations_anew RENAME TO operations;
ALTER TABLE operation_moves_anew RENAME TO operation_moves;

CREATE INDEX operations_of_a_card ON operations (card_id, drafted_at);
CREATE INDEX operations_to_a_card ON operations (to_card_id, drafted_at) WHERE to_card_id IS NOT NULL;
CREATE INDEX operations_by_state ON operations (state);

-- A new operation names an older one.
CREATE TABLE operation_links (
    reference  TEXT   NOT NULL REFERENCES operations (reference),
    kind       TEXT   NOT NULL CHECK (kind IN ('corrects', 'makes_again', 'despite')),
    older      TEXT   NOT NULL REFERENCES operations (reference),
    reason     TEXT,
    PRIMARY KEY (reference, kind, older),
    CHECK (reference <> older),
    CHECK (kind = 'makes_again' OR length(trim(coalesce(reason, ''))) > 0)
);
CREATE INDEX links_to_an_operation ON operation_links (older, kind);

-- When an operation without an outcome was looked for, and what was found.
CREATE TABLE operation_looks (
    reference  TEXT   NOT NULL REFERENCES operations (reference),
    number     BIGINT NOT NULL CHECK (number > 0),
    at         BIGINT NOT NULL,
    found      TEXT   NOT NULL CHECK (found IN ('applied', 'nothing', 'several', 'no_answer')),
    detail     TEXT,
    PRIMARY KEY (reference, number)
);

-- Which card the money comes off, and which it goes onto, for the guards below.
CREATE VIEW operation_cards AS
SELECT reference, kind, state, cardholder_id, amount, currency,
    CASE WHEN kind IN ('withdrawal', 'adjustment_withdrawal', 'transfer') THEN card_id END AS paying,
    CASE WHEN kind IN ('load', 'adjustment_load') THEN card_id WHEN kind = 'transfer' THEN to_card_id END AS paid
FROM operations;

CREATE TRIGGER operation_starts_as_a_draft BEFORE INSERT ON operations
WHEN NEW.state <> 'drafted' OR NEW.moves <> 0
BEGIN SELECT RAISE(ABORT, 'guard: an operation starts as a draft'); END;

CREATE TRIGGER operation_facts_never_change BEFORE UPDATE ON operations
WHEN NEW.reference <> OLD.reference OR NEW.kind <> OLD.kind
    OR NEW.cardholder_id IS NOT OLD.cardholder_id OR NEW.card_id IS NOT OLD.card_id OR NEW.to_card_id IS NOT OLD.to_card_id
    OR NEW.amount IS NOT OLD.amount OR NEW.currency IS NOT OLD.currency
    OR NEW.note IS NOT OLD.note OR NEW.channel IS NOT OLD.channel OR NEW.context IS NOT OLD.context
    OR NEW.drafted_at <> OLD.drafted_at OR NEW.drafted_by <> OLD.drafted_by
BEGIN SELECT RAISE(ABORT, 'guard: the facts of an operation never change'); END;

CREATE TRIGGER operation_moves_are_legal BEFORE UPDATE ON operations
WHEN NOT EXISTS (SELECT 1 FROM legal_moves WHERE from_state = OLD.state AND to_state = NEW.state)
BEGIN SELECT RAISE(ABORT, 'guard: an illegal move'); END;

CREATE TRIGGER operation_moves_are_written_down BEFORE UPDATE ON operations
WHEN NEW.moves <> OLD.moves + 1 OR NOT EXISTS (
    SELECT 1 FROM operation_moves
    WHERE reference = OLD.reference AND sequence = NEW.moves AND from_state = OLD.state AND to_state = NEW.state
)
BEGIN SELECT RAISE(ABORT, 'guard: a move is written down before it is made'); END;

CREATE TRIGGER operation_is_never_deleted BEFORE DELETE ON operations
BEGIN SELECT RAISE(ABORT, 'guard: an operation is never deleted'); END;

-- Nothing like an operation whose outcome is open is sent (design.md, The way of one load of funds), unless it names each
-- such one, with a reason.
CREATE TRIGGER operation_has_no_open_look_alike BEFORE UPDATE ON operations
WHEN NEW.state = 'intent' AND EXISTS (
    SELECT 1 FROM operations o JOIN operation_cards mine ON mine.reference = NEW.reference
        JOIN operation_cards theirs ON theirs.reference = o.reference
    WHERE o.state IN ('intent', 'unknown') AND o.reference <> NEW.reference
        AND (
            (o.kind = 'issue' AND mine.kind = 'issue' AND o.cardholder_id = mine.cardholder_id)
            OR (o.amount = mine.amount AND o.currency = mine.currency AND (theirs.paying = mine.paying OR theirs.paid = mine.paid))
        )
        AND NOT EXISTS (
            SELECT 1 FROM operation_links l WHERE l.reference = NEW.reference AND l.kind = 'despite' AND l.older = o.reference
        )
)
BEGIN SELECT RAISE(ABORT, 'guard: a look-alike has no outcome yet'); END;

-- Taking an operation back twice, or making it again twice, would move its money twice.
CREATE TRIGGER operation_is_the_only_one_after BEFORE UPDATE ON operations
WHEN NEW.state = 'intent' AND EXISTS (
    SELECT 1 FROM operation_links mine
        JOIN operation_links theirs ON theirs.older = mine.older AND theirs.kind = mine.kind AND theirs.reference <> mine.reference
        JOIN operations o ON o.reference = theirs.reference
    WHERE mine.reference = NEW.reference AND mine.kind IN ('corrects', 'makes_again')
        AND o.state NOT IN ('drafted', 'discarded', 'refused', 'not_sent', 'settled_not_applied')
)
BEGIN SELECT RAISE(ABORT, 'guard: the older operation was taken back or made again already'); END;

CREATE TRIGGER operation_move_follows BEFORE INSERT ON operation_moves
WHEN NOT EXISTS (
    SELECT 1 FROM operations
    WHERE reference = NEW.reference AND state = NEW.from_state AND moves + 1 = NEW.sequence
)
BEGIN SELECT RAISE(ABORT, 'guard: a move starts from where the operation is'); END;

CREATE TRIGGER operation_move_names_its_evidence BEFORE INSERT ON operation_moves
WHEN NEW.basis = 'evidence' AND length(trim(coalesce(NEW.movement_id, ''))) = 0
BEGIN SELECT RAISE(ABORT, 'guard: evidence has an id at the gateway'); END;

CREATE TRIGGER operation_move_never_changes BEFORE UPDATE ON operation_moves
BEGIN SELECT RAISE(ABORT, 'guard: a move never changes'); END;

CREATE TRIGGER operation_move_is_never_deleted BEFORE DELETE ON operation_moves
BEGIN SELECT RAISE(ABORT, 'guard: a move is never deleted'); END;

CREATE TRIGGER operation_link_is_of_a_draft BEFORE INSERT ON operation_links
WHEN NOT EXISTS (SELECT 1 FROM operations WHERE reference = NEW.reference AND state = 'drafted')
BEGIN SELECT RAISE(ABORT, 'guard: only a draft comes to name another operation'); END;

CREATE TRIGGER operation_link_fits BEFORE INSERT ON operation_links
WHEN NOT EXISTS (
    SELECT 1 FROM operation_cards mine JOIN operation_cards theirs ON theirs.reference = NEW.older
        JOIN operations m ON m.reference = mine.reference JOIN operations t ON t.reference = theirs.reference
    WHERE mine.reference = NEW.reference AND (
        (
            NEW.kind = 'corrects' AND theirs.state IN ('applied', 'settled_applied')
            AND mine.amount = theirs.amount AND mine.currency = theirs.currency
            AND mine.paying IS theirs.paid AND mine.paid IS theirs.paying
        ) OR (
            NEW.kind = 'makes_again' AND theirs.state IN ('refused', 'not_sent', 'settled_not_applied')
            AND m.kind = t.kind AND m.cardholder_id IS t.cardholder_id AND m.card_id IS t.card_id
            AND m.to_card_id IS t.to_card_id AND m.amount IS t.amount AND m.currency IS t.currency
        ) OR (
            NEW.kind = 'despite' AND theirs.state IN ('intent', 'unknown')
            AND (
                (mine.kind = 'issue' AND theirs.kind = 'issue' AND mine.cardholder_id = theirs.cardholder_id)
                OR (mine.amount = theirs.amount AND mine.currency = theirs.currency
                    AND (mine.paying = theirs.paying OR mine.paid = theirs.paid))
            )
        )
    )
)
BEGIN SELECT RAISE(ABORT, 'guard: the older operation does not allow this'); END;

CREATE TRIGGER operation_link_never_changes BEFORE UPDATE ON operation_links
BEGIN SELECT RAISE(ABORT, 'guard: a link never changes'); END;

CREATE TRIGGER operation_link_is_never_deleted BEFORE DELETE ON operation_links
BEGIN SELECT RAISE(ABORT, 'guard: a link is never deleted'); END;

CREATE TRIGGER operation_look_never_changes BEFORE UPDATE ON operation_looks
BEGIN SELECT RAISE(ABORT, 'guard: a look never changes'); END;

CREATE TRIGGER operation_look_is_never_deleted BEFORE DELETE ON operation_looks
BEGIN SELECT RAISE(ABORT, 'guard: a look is never deleted'); END;
