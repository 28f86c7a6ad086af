-- Replacing a card, step by step; and inserts that are voided without another in their place. The table of inserts is made
-- anew, because SQLite changes no constraint of a table that is there.

DROP TRIGGER insert_starts_as_a_draft;
DROP TRIGGER insert_moves_are_legal;
DROP TRIGGER insert_is_never_deleted;

CREATE TABLE inserts_anew (
    serial         TEXT   NOT NULL PRIMARY KEY,
    run_number     BIGINT NOT NULL REFERENCES print_runs (number),
    position       BIGINT NOT NULL CHECK (position > 0),
    cardholder_id  TEXT   NOT NULL REFERENCES cardholders (id),
    card_id        TEXT   REFERENCES cards (id),
    last_four      TEXT   CHECK (length(last_four) = 4),
    state          TEXT   NOT NULL CHECK (state IN ('drafted', 'printed', 'discarded', 'voided')),
    replaces       TEXT   REFERENCES inserts_anew (serial),
    replaces_why   TEXT,
    voided_by      TEXT   REFERENCES inserts_anew (serial),
    voided_why     TEXT,
    UNIQUE (run_number, position),
    CHECK ((replaces IS NULL) = (replaces_why IS NULL)),
    -- Voided by the insert that replaces it, whose reason stands there, or by a person, whose reason stands here.
    CHECK ((state = 'voided') = (voided_by IS NOT NULL OR voided_why IS NOT NULL)),
    CHECK (voided_by IS NULL OR voided_why IS NULL),
    CHECK (voided_why IS NULL OR length(trim(voided_why)) > 0)
);
INSERT INTO inserts_anew (
    serial, run_number, position, cardholder_id, card_id, last_four, state, replaces, replaces_why, voided_by
)
SELECT serial, run_number, position, cardholder_id, card_id, last_four, state, replaces, replaces_why, voided_by FROM inserts;
DROP TABLE inserts;
ALTER TABLE inserts_anew RENAME TO inserts;

CREATE UNIQUE INDEX one_valid_insert_for_a_card ON inserts (card_id) WHERE state = 'printed';
CREATE UNIQUE INDEX one_valid_replacement ON inserts (replaces) WHERE state IN ('printed', 'voided');
CREATE INDEX inserts_of_a_cardholder ON inserts (cardholder_id);

CREATE TRIGGER insert_starts_as_a_draft BEFORE INSERT ON inserts
WHEN NEW.state <> 'drafted'
BEGIN SELECT RAISE(ABORT, 'guard: an insert starts as a draft'); END;

CREATE TRIGGER insert_moves_are_legal BEFORE UPDATE ON inserts
WHEN NOT (
        (OLD.state = 'drafted' AND NEW.state IN ('printed', 'discarded'))
        OR (OLD.state = 'printed' AND NEW.state = 'voided')
    )
    OR NEW.serial <> OLD.serial OR NEW.run_number <> OLD.run_number OR NEW.position <> OLD.position
    OR NEW.cardholder_id <> OLD.cardholder_id OR NEW.card_id IS NOT OLD.card_id OR NEW.last_four IS NOT OLD.last_four
    OR NEW.replaces IS NOT OLD.replaces OR NEW.replaces_why IS NOT OLD.replaces_why
BEGIN SELECT RAISE(ABORT, 'guard: an insert goes from draft to printed or discarded, and from printed to voided'); END;

CREATE TRIGGER insert_is_never_deleted BEFORE DELETE ON inserts
BEGIN SELECT RAISE(ABORT, 'guard: an insert is never deleted'); END;

-- Which moves a replacement can make, by whether its old card is blocked before anything else (domain::replacement).
CREATE TABLE legal_replacement_moves (
    blocks_first  BIGINT NOT NULL CHECK (blocks_first IN (0, 1)),
    from_state    TEXT   NOT NULL,
    to_state      TEXT   NOT NULL,
    PRIMARY KEY (blocks_first, from_state, to_state)
);
INSERT INTO legal_replacement_moves (blocks_first, from_state, to_state) VALUES
    (1, 'block', 'issue'), (1, 'issue', 'inserts'), (1, 'inserts', 'balance'), (1, 'balance', 'finished'),
    (0, 'issue', 'inserts'), (0, 'inserts', 'block'), (0, 'block', 'balance'), (0, 'balance', 'finished'),
    (1, 'block', 'stopped_at_block'), (1, 'stopped_at_block', 'block'),
    (1, 'issue', 'stopped_at_issue'), (1, 'stopped_at_issue', 'issue'),
    (1, 'inserts', 'stopped_at_inserts'), (1, 'stopped_at_inserts', 'inserts'),
    (1, 'balance', 'stopped_at_balance'), (1, 'stopped_at_balance', 'balance'),
    (0, 'block', 'stopped_at_block'), (0, 'stopped_at_block', 'block'),
    (0, 'issue', 'stopped_at_issue'), (0, 'stopped_at_issue', 'issue'),
    (0, 'inserts', 'stopped_at_inserts'), (0, 'stopped_at_inserts', 'inserts'),
    (0, 'balance', 'stopped_at_balance'), (0, 'stopped_at_balance', 'balance');

CREATE TABLE replacements (
    number         BIGINT NOT NULL PRIMARY KEY CHECK (number > 0),
    cardholder_id  TEXT   NOT NULL REFERENCES cardholders (id),
    old_card_id    TEXT   NOT NULL REFERENCES cards (id),
    new_card_id    TEXT   CHECK (new_card_id <> old_card_id),
    cause          TEXT   NOT NULL CHECK (cause IN ('lost', 'stolen', 'damaged', 'expiring')),
    reason         TEXT,
    begun_at       BIGINT NOT NULL,
    begun_by       TEXT   NOT NULL,
    state          TEXT   NOT NULL,
    moves          BIGINT NOT NULL CHECK (moves >= 0)
);
CREATE UNIQUE INDEX one_open_replacement_of_a_card ON replacements (old_card_id)
    WHERE state IN ('block', 'issue', 'inserts', 'balance');
CREATE INDEX replacements_of_a_card ON replacements (old_card_id, number);
CREATE INDEX replacements_by_a_card ON replacements (new_card_id, number) WHERE new_card_id IS NOT NULL;
CREATE INDEX replacements_of_a_cardholder ON replacements (cardholder_id, number);
-- A card's page shows how it was issued as well.
CREATE INDEX operations_that_issue ON operations (cardholder_id) WHERE kind = 'issue';
CREATE INDEX open_replacements ON replacements (number) WHERE state IN ('block', 'issue', 'inserts', 'balance');

CREATE TABLE replacement_moves (
    replacement  BIGINT NOT NULL REFERENCES replacements (number),
    sequence     BIGINT NOT NULL CHECK (sequence > 0),
    from_state   TEXT   NOT NULL,
    to_state     TEXT   NOT NULL,
    at           BIGINT NOT NULL,
    operator     TEXT   NOT NULL,
    outcome      TEXT   NOT NULL,
    reference    TEXT   REFERENCES operations (reference),
    detail       TEXT,
    PRIMARY KEY (replacement, sequence)
);

-- A step that can't be done twice has its reference on disk before anything is sent.
CREATE TABLE replacement_attempts (
    reference    TEXT   NOT NULL PRIMARY KEY,
    replacement  BIGINT NOT NULL REFERENCES replacements (number),
    step         TEXT   NOT NULL CHECK (step IN ('issue', 'balance')),
    number       BIGINT NOT NULL CHECK (number > 0),
    UNIQUE (replacement, step, number)
);

CREATE TRIGGER legal_replacement_moves_stay_i BEFORE INSERT ON legal_replacement_moves
BEGIN SELECT RAISE(ABORT, 'guard: the legal moves are fixed'); END;
CREATE TRIGGER legal_replacement_moves_stay_u BEFORE UPDATE ON legal_replacement_moves
BEGIN SELECT RAISE(ABORT, 'guard: the legal moves are fixed'); END;
CREATE TRIGGER legal_replacement_moves_stay_d BEFORE DELETE ON legal_replacement_moves
BEGIN SELECT RAISE(ABORT, 'guard: the legal moves are fixed'); END;

CREATE TRIGGER replacement_starts_at_its_first_step BEFORE INSERT ON replacements
WHEN NEW.state <> CASE WHEN NEW.cause = 'expiring' THEN 'issue' ELSE 'block' END OR NEW.moves <> 0 OR NEW.new_card_id IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'guard: a replacement starts at its first step'); END;

CREATE TRIGGER replacement_moves_are_legal BEFORE UPDATE ON replacements
WHEN NOT EXISTS (
    SELECT 1 FROM legal_replacement_moves
    WHERE blocks_first = (OLD.cause <> 'expiring') AND from_state = OLD.state AND to_state = NEW.state
)
BEGIN SELECT RAISE(ABORT, 'guard: an illegal move'); END;

CREATE TRIGGER replacement_moves_are_written_down BEFORE UPDATE ON replacements
WHEN NEW.moves <> OLD.moves + 1 OR NOT EXISTS (
    SELECT 1 FROM replacement_moves
    WHERE replacement = OLD.number AND sequence = NEW.moves AND from_state = OLD.state AND to_state = NEW.state
)
BEGIN SELECT RAISE(ABORT, 'guard: a move is written down before it is made'); END;

CREATE TRIGGER replacement_facts_never_change BEFORE UPDATE ON replacements
WHEN NEW.number <> OLD.number OR NEW.cardholder_id <> OLD.cardholder_id OR NEW.old_card_id <> OLD.old_card_id
    OR NEW.cause <> OLD.cause OR NEW.reason IS NOT OLD.reason OR NEW.begun_at <> OLD.begun_at OR NEW.begun_by <> OLD.begun_by
    OR (NEW.new_card_id IS NOT OLD.new_card_id AND NOT (OLD.state = 'issue' AND NEW.state = 'inserts'))
BEGIN SELECT RAISE(ABORT, 'guard: the facts of a replacement never change'); END;

CREATE TRIGGER replacement_has_its_new_card_once_issued BEFORE UPDATE ON replacements
WHEN OLD.state = 'issue' AND NEW.state = 'inserts' AND NEW.new_card_id IS NULL
BEGIN SELECT RAISE(ABORT, 'guard: an issued card has an id'); END;

CREATE TRIGGER replacement_is_never_deleted BEFORE DELETE ON replacements
BEGIN SELECT RAISE(ABORT, 'guard: a replacement is never deleted'); END;

CREATE TRIGGER replacement_move_follows BEFORE INSERT ON replacement_moves
WHEN NOT EXISTS (
    SELECT 1 FROM replacements WHERE number = NEW.replacement AND state = NEW.from_state AND moves + 1 = NEW.sequence
)
BEGIN SELECT RAISE(ABORT, 'guard: a move starts from where the replacement is'); END;

CREATE TRIGGER replacement_move_never_changes BEFORE UPDATE ON replacement_moves
BEGIN SELECT RAISE(ABORT, 'guard: a move never changes'); END;

CREATE TRIGGER replacement_move_is_never_deleted BEFORE DELETE ON replacement_moves
BEGIN SELECT RAISE(ABORT, 'guard: a move is never deleted'); END;

-- One operation of a step at a time: the next only when it is certain that the one before did nothing.
CREATE TRIGGER replacement_attempt_follows BEFORE INSERT ON replacement_attempts
WHEN NOT EXISTS (SELECT 1 FROM replacements WHERE number = NEW.replacement AND state = NEW.step)
    OR NEW.number <> 1 + (SELECT count(*) FROM replacement_attempts WHERE replacement = NEW.replacement AND step = NEW.step)
    OR EXISTS (
        SELECT 1 FROM replacement_attempts a LEFT JOIN operations o ON o.reference = a.reference
        WHERE a.replacement = NEW.replacement AND a.step = NEW.step
            AND (
                coalesce(o.state, 'waiting') NOT IN ('discarded', 'refused', 'not_sent', 'settled_not_applied')
                OR EXISTS (SELECT 1 FROM operation_contradictions c WHERE c.reference = a.reference)
            )
    )
BEGIN SELECT RAISE(ABORT, 'guard: a step of a replacement has one operation at a time'); END;

CREATE TRIGGER replacement_attempt_has_a_new_reference BEFORE INSERT ON replacement_attempts
WHEN EXISTS (SELECT 1 FROM operations WHERE reference = NEW.reference)
BEGIN SELECT RAISE(ABORT, 'guard: the reference was used already'); END;

CREATE TRIGGER replacement_attempt_never_changes BEFORE UPDATE ON replacement_attempts
BEGIN SELECT RAISE(ABORT, 'guard: an attempt never changes'); END;

CREATE TRIGGER replacement_attempt_is_never_deleted BEFORE DELETE ON replacement_attempts
BEGIN SELECT RAISE(ABORT, 'guard: an attempt is never deleted'); END;

-- Whoever sends it: the operation of a step is what the step does, and leaves only while its step is next.
CREATE TRIGGER operation_of_a_replacement_is_as_the_step BEFORE INSERT ON operations
WHEN EXISTS (
    SELECT 1 FROM replacement_attempts a JOIN replacements r ON r.number = a.replacement
    WHERE a.reference = NEW.reference AND (
        (a.step = 'issue' AND (NEW.kind <> 'issue' OR NEW.cardholder_id IS NOT r.cardholder_id))
        OR (a.step = 'balance' AND (NEW.kind <> 'transfer' OR NEW.card_id IS NOT r.old_card_id OR NEW.to_card_id IS NOT r.new_card_id))
    )
)
BEGIN SELECT RAISE(ABORT, 'guard: the operation is not what the step does'); END;

CREATE TRIGGER operation_of_a_replacement_is_its_only_one BEFORE UPDATE ON operations
WHEN NEW.state = 'intent' AND EXISTS (
    SELECT 1 FROM replacement_attempts a JOIN replacements r ON r.number = a.replacement
    WHERE a.reference = NEW.reference AND (
        r.state <> a.step OR EXISTS (
            SELECT 1 FROM replacement_attempts other
            WHERE other.replacement = a.replacement AND other.step = a.step AND other.number > a.number
        )
    )
)
BEGIN SELECT RAISE(ABORT, 'guard: the step of the replacement is not to be sent'); END;
