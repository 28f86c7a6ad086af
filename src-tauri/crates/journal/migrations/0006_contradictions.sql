-- What the gateway shows against a person's word that an operation was not done, and what a person said of it then. The
-- operation itself stays as it was settled: nothing leads away from there. And two more rules of batches and of issuing, and a
-- word of its own for what came between a request and its outcome.

ALTER TABLE operation_moves ADD COLUMN cause TEXT;

-- "proof": what proves that it was done. "trace": something with its reference that is not what was meant.
CREATE TABLE operation_contradictions (
    reference    TEXT   NOT NULL REFERENCES operations (reference),
    number       BIGINT NOT NULL CHECK (number > 0),
    at           BIGINT NOT NULL,
    kind         TEXT   NOT NULL CHECK (kind IN ('proof', 'trace')),
    movement_id  TEXT   NOT NULL CHECK (length(trim(movement_id)) > 0),
    PRIMARY KEY (reference, number)
);

CREATE TABLE operation_contradiction_ends (
    reference  TEXT   NOT NULL,
    number     BIGINT NOT NULL,
    at         BIGINT NOT NULL,
    operator   TEXT   NOT NULL,
    reason     TEXT   NOT NULL CHECK (length(trim(reason)) > 0),
    PRIMARY KEY (reference, number),
    FOREIGN KEY (reference, number) REFERENCES operation_contradictions (reference, number)
);

-- Of one operation: a trace may come to be proved, and nothing comes after the proof.
CREATE TRIGGER contradiction_is_of_what_was_said_not_to_be_done BEFORE INSERT ON operation_contradictions
WHEN NOT EXISTS (SELECT 1 FROM operations WHERE reference = NEW.reference AND state = 'settled_not_applied')
    OR NEW.number <> 1 + (SELECT count(*) FROM operation_contradictions WHERE reference = NEW.reference)
    OR EXISTS (SELECT 1 FROM operation_contradictions WHERE reference = NEW.reference AND (kind = 'proof' OR kind = NEW.kind))
BEGIN SELECT RAISE(ABORT, 'guard: this contradicts nothing that was said'); END;

CREATE TRIGGER contradiction_never_changes BEFORE UPDATE ON operation_contradictions
BEGIN SELECT RAISE(ABORT, 'guard: a contradiction never changes'); END;

CREATE TRIGGER contradiction_is_never_deleted BEFORE DELETE ON operation_contradictions
BEGIN SELECT RAISE(ABORT, 'guard: a contradiction is never deleted'); END;

CREATE TRIGGER contradiction_end_never_changes BEFORE UPDATE ON operation_contradiction_ends
BEGIN SELECT RAISE(ABORT, 'guard: what was said of a contradiction never changes'); END;

CREATE TRIGGER contradiction_end_is_never_deleted BEFORE DELETE ON operation_contradiction_ends
BEGIN SELECT RAISE(ABORT, 'guard: what was said of a contradiction is never deleted'); END;

-- The three guards that took "settled as not applied" for certain: it is certain only while nothing contradicts it.

DROP TRIGGER operation_is_the_only_one_after;
CREATE TRIGGER operation_is_the_only_one_after BEFORE UPDATE ON operations
WHEN NEW.state = 'intent' AND EXISTS (
    SELECT 1 FROM operation_links mine
        JOIN operation_links theirs ON theirs.older = mine.older AND theirs.kind = mine.kind AND theirs.reference <> mine.reference
        JOIN operations o ON o.reference = theirs.reference
    WHERE mine.reference = NEW.reference AND mine.kind IN ('corrects', 'makes_again')
        AND (
            o.state NOT IN ('drafted', 'discarded', 'refused', 'not_sent', 'settled_not_applied')
            OR EXISTS (SELECT 1 FROM operation_contradictions c WHERE c.reference = o.reference)
        )
)
BEGIN SELECT RAISE(ABORT, 'guard: the older operation was taken back or made again already'); END;

DROP TRIGGER operation_link_fits;
CREATE TRIGGER operation_link_fits BEFORE INSERT ON operation_links
WHEN NOT EXISTS (
    SELECT 1 FROM operation_cards mine JOIN operation_cards theirs ON theirs.reference = NEW.older
        JOIN operations m ON m.reference = mine.reference JOIN operations t ON t.reference = theirs.reference
    WHERE mine.reference = NEW.reference AND (
        (
            NEW.kind = 'corrects'
            AND (
                theirs.state IN ('applied', 'settled_applied')
                OR EXISTS (SELECT 1 FROM operation_contradictions c WHERE c.reference = NEW.older AND c.kind = 'proof')
            )
            AND mine.amount = theirs.amount AND mine.currency = theirs.currency
            AND mine.paying IS theirs.paid AND mine.paid IS theirs.paying
        ) OR (
            NEW.kind = 'makes_again' AND theirs.state IN ('refused', 'not_sent', 'settled_not_applied')
            AND NOT EXISTS (SELECT 1 FROM operation_contradictions c WHERE c.reference = NEW.older)
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

DROP TRIGGER batch_attempt_follows;
CREATE TRIGGER batch_attempt_follows BEFORE INSERT ON batch_attempts
WHEN NOT EXISTS (
        SELECT 1 FROM batch_rows r JOIN batches b ON b.number = r.batch_number
        WHERE r.batch_number = NEW.batch_number AND r.position = NEW.position AND r.left_out IS NULL AND b.state = 'open'
    )
    OR NEW.number <> 1 + (SELECT count(*) FROM batch_attempts WHERE batch_number = NEW.batch_number AND position = NEW.position)
    OR EXISTS (
        SELECT 1 FROM batch_attempts a LEFT JOIN operations o ON o.reference = a.reference
        WHERE a.batch_number = NEW.batch_number AND a.position = NEW.position
            AND (
                coalesce(o.state, 'waiting') NOT IN ('discarded', 'not_sent', 'settled_not_applied')
                OR EXISTS (SELECT 1 FROM operation_contradictions c WHERE c.reference = a.reference)
            )
    )
BEGIN SELECT RAISE(ABORT, 'guard: a row of a batch has one operation at a time'); END;

-- While a batch is open it sends its rows itself: one that was made again beside it could never come to its end there.
CREATE TRIGGER operation_of_an_open_batch_is_left_to_it BEFORE INSERT ON operation_links
WHEN NEW.kind = 'makes_again' AND EXISTS (
    SELECT 1 FROM batch_attempts a JOIN batches b ON b.number = a.batch_number
    WHERE a.reference = NEW.older AND b.state = 'open' AND NOT EXISTS (
        SELECT 1 FROM batch_attempts mine
        WHERE mine.reference = NEW.reference AND mine.batch_number = a.batch_number AND mine.position = a.position
    )
)
BEGIN SELECT RAISE(ABORT, 'guard: the row is its open batch''s to send again'); END;

-- A person may say which card an operation has issued, and never one that another has.
CREATE TRIGGER issued_card_is_of_one_operation BEFORE INSERT ON operation_moves
WHEN NEW.basis = 'person' AND NEW.movement_id IS NOT NULL
    AND EXISTS (SELECT 1 FROM operations WHERE reference = NEW.reference AND kind = 'issue')
    AND EXISTS (
        SELECT 1 FROM operations other
            JOIN operation_moves m ON m.reference = other.reference AND m.sequence = other.moves
            LEFT JOIN operation_contradictions c ON c.reference = other.reference AND c.kind = 'proof'
        WHERE other.kind = 'issue' AND other.reference <> NEW.reference AND (
            (other.state IN ('applied', 'settled_applied') AND m.movement_id = NEW.movement_id)
            OR c.movement_id = NEW.movement_id
        )
    )
BEGIN SELECT RAISE(ABORT, 'guard: another operation has issued this card'); END;
