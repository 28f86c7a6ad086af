-- Batches of loads and withdrawals: the file's rows as they were checked, and the references under which a row is sent.

CREATE TABLE batches (
    number        BIGINT NOT NULL PRIMARY KEY CHECK (number > 0),
    name          TEXT,
    digest        TEXT   NOT NULL CHECK (length(digest) = 64),
    number_style  TEXT   NOT NULL CHECK (number_style IN ('comma_thousands', 'point_thousands')),
    titles        TEXT   NOT NULL,
    begun_at      BIGINT NOT NULL,
    begun_by      TEXT   NOT NULL,
    state         TEXT   NOT NULL CHECK (state IN ('open', 'cancelled', 'finished')),
    ended_at      BIGINT,
    CHECK ((state = 'open') = (ended_at IS NULL))
);
CREATE INDEX batches_of_a_file ON batches (digest);
CREATE INDEX open_batches ON batches (number) WHERE state = 'open';

CREATE TABLE batch_rows (
    batch_number  BIGINT NOT NULL REFERENCES batches (number),
    position      BIGINT NOT NULL CHECK (position > 0),
    line          BIGINT NOT NULL CHECK (line > 0),
    cells         TEXT   NOT NULL,
    left_out      TEXT,
    card_id       TEXT,
    kind          TEXT   CHECK (kind IN ('load', 'withdrawal')),
    amount        BIGINT CHECK (amount > 0),
    currency      TEXT   CHECK (length(currency) = 3),
    note          TEXT,
    PRIMARY KEY (batch_number, position),
    CHECK (left_out IS NOT NULL OR (card_id IS NOT NULL AND kind IS NOT NULL AND amount IS NOT NULL AND currency IS NOT NULL))
);
CREATE INDEX batch_rows_of_a_card ON batch_rows (card_id, batch_number) WHERE left_out IS NULL;

-- A row has its reference before anything is sent: what a crash leaves behind is told by whether an operation has it.
CREATE TABLE batch_attempts (
    reference     TEXT   NOT NULL PRIMARY KEY,
    batch_number  BIGINT NOT NULL,
    position      BIGINT NOT NULL,
    number        BIGINT NOT NULL CHECK (number > 0),
    UNIQUE (batch_number, position, number),
    FOREIGN KEY (batch_number, position) REFERENCES batch_rows (batch_number, position)
);

CREATE TRIGGER batch_starts_open BEFORE INSERT ON batches
WHEN NEW.state <> 'open'
BEGIN SELECT RAISE(ABORT, 'guard: a batch starts open'); END;

CREATE TRIGGER batch_ends_once BEFORE UPDATE ON batches
WHEN OLD.state <> 'open' OR NEW.state = 'open' OR NEW.number <> OLD.number OR NEW.name IS NOT OLD.name OR NEW.digest <> OLD.digest
    OR NEW.number_style <> OLD.number_style OR NEW.titles <> OLD.titles OR NEW.begun_at <> OLD.begun_at OR NEW.begun_by <> OLD.begun_by
BEGIN SELECT RAISE(ABORT, 'guard: a batch ends once, as it began'); END;

-- A row waits while no operation has its reference; one that was not sent waits for its next attempt.
CREATE TRIGGER batch_is_finished_when_no_row_waits BEFORE UPDATE ON batches
WHEN NEW.state = 'finished' AND EXISTS (
    SELECT 1 FROM batch_rows r
    WHERE r.batch_number = NEW.number AND r.left_out IS NULL AND NOT EXISTS (
        SELECT 1 FROM batch_attempts a JOIN operations o ON o.reference = a.reference
        WHERE a.batch_number = r.batch_number AND a.position = r.position AND o.state NOT IN ('drafted', 'discarded', 'intent', 'not_sent')
    )
)
BEGIN SELECT RAISE(ABORT, 'guard: a row of the batch still waits'); END;

CREATE TRIGGER batch_ends_when_nothing_is_on_its_way BEFORE UPDATE ON batches
WHEN NEW.state <> 'open' AND EXISTS (
    SELECT 1 FROM batch_attempts a JOIN operations o ON o.reference = a.reference
    WHERE a.batch_number = NEW.number AND o.state = 'intent'
)
BEGIN SELECT RAISE(ABORT, 'guard: a row of the batch is on its way'); END;

CREATE TRIGGER batch_is_never_deleted BEFORE DELETE ON batches
BEGIN SELECT RAISE(ABORT, 'guard: a batch is never deleted'); END;

CREATE TRIGGER batch_row_never_changes BEFORE UPDATE ON batch_rows
BEGIN SELECT RAISE(ABORT, 'guard: a row of a batch never changes'); END;

CREATE TRIGGER batch_row_is_never_deleted BEFORE DELETE ON batch_rows
BEGIN SELECT RAISE(ABORT, 'guard: a row of a batch is never deleted'); END;

-- One operation of a row at a time: the next only when it is certain that the one before moved nothing.
CREATE TRIGGER batch_attempt_follows BEFORE INSERT ON batch_attempts
WHEN NOT EXISTS (
        SELECT 1 FROM batch_rows r JOIN batches b ON b.number = r.batch_number
        WHERE r.batch_number = NEW.batch_number AND r.position = NEW.position AND r.left_out IS NULL AND b.state = 'open'
    )
    OR NEW.number <> 1 + (SELECT count(*) FROM batch_attempts WHERE batch_number = NEW.batch_number AND position = NEW.position)
    OR EXISTS (
        SELECT 1 FROM batch_attempts a LEFT JOIN operations o ON o.reference = a.reference
        WHERE a.batch_number = NEW.batch_number AND a.position = NEW.position
            AND coalesce(o.state, 'waiting') NOT IN ('discarded', 'not_sent', 'settled_not_applied')
    )
BEGIN SELECT RAISE(ABORT, 'guard: a row of a batch has one operation at a time'); END;

CREATE TRIGGER batch_attempt_has_a_new_reference BEFORE INSERT ON batch_attempts
WHEN EXISTS (SELECT 1 FROM operations WHERE reference = NEW.reference)
BEGIN SELECT RAISE(ABORT, 'guard: the reference was used already'); END;

CREATE TRIGGER batch_attempt_never_changes BEFORE UPDATE ON batch_attempts
BEGIN SELECT RAISE(ABORT, 'guard: an attempt never changes'); END;

CREATE TRIGGER batch_attempt_is_never_deleted BEFORE DELETE ON batch_attempts
BEGIN SELECT RAISE(ABORT, 'guard: an attempt is never deleted'); END;

CREATE TRIGGER operation_of_a_batch_row_is_as_the_row BEFORE INSERT ON operations
WHEN EXISTS (
    SELECT 1 FROM batch_attempts a JOIN batch_rows r ON r.batch_number = a.batch_number AND r.position = a.position
    WHERE a.reference = NEW.reference AND (
        NEW.kind <> r.kind OR NEW.card_id IS NOT r.card_id OR NEW.amount IS NOT r.amount OR NEW.currency IS NOT r.currency
        OR NEW.note IS NOT r.note
    )
)
BEGIN SELECT RAISE(ABORT, 'guard: the operation is not what the row says'); END;

-- Whoever sends it: an attempt that is not its row's last, or one whose batch has ended, is never sent.
CREATE TRIGGER operation_of_a_batch_row_is_its_only_one BEFORE UPDATE ON operations
WHEN NEW.state = 'intent' AND EXISTS (
    SELECT 1 FROM batch_attempts a JOIN batches b ON b.number = a.batch_number
    WHERE a.reference = NEW.reference AND (
        b.state <> 'open' OR EXISTS (
            SELECT 1 FROM batch_attempts other
            WHERE other.batch_number = a.batch_number AND other.position = a.position AND other.number > a.number
        )
    )
)
BEGIN SELECT RAISE(ABORT, 'guard: the row of the batch is not to be sent'); END;
