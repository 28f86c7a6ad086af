-- Packing: which insert went into an envelope with which plastic, in which box, and where the line was stopped.

-- A box is a batch of packed inserts with a name. One is open at a time; what was packed into a closed one has left the room.
CREATE TABLE packing_boxes (
    number     BIGINT NOT NULL PRIMARY KEY CHECK (number > 0),
    name       TEXT   NOT NULL CHECK (length(trim(name)) > 0),
    begun_at   BIGINT NOT NULL,
    begun_by   TEXT   NOT NULL,
    closed_at  BIGINT,
    closed_by  TEXT,
    CHECK ((closed_at IS NULL) = (closed_by IS NULL))
);
CREATE UNIQUE INDEX one_open_packing_box ON packing_boxes ((closed_at IS NULL)) WHERE closed_at IS NULL;

CREATE TABLE packings (
    number      BIGINT NOT NULL PRIMARY KEY CHECK (number > 0),
    serial      TEXT   NOT NULL REFERENCES inserts (serial),
    run_number  BIGINT NOT NULL REFERENCES print_runs (number),
    -- The plastic: its card where that is known, and in any case the last four that were read off it.
    card_id     TEXT   REFERENCES cards (id),
    last_four   TEXT   NOT NULL CHECK (length(last_four) = 4),
    -- How insert and plastic were known to belong together: as printed; by the cardholder's cards; by what was typed alone; by
    -- what was typed, and a person's word that it is another plastic with the same last four.
    basis       TEXT   NOT NULL CHECK (basis IN ('printed', 'card', 'typed', 'another')),
    box         BIGINT REFERENCES packing_boxes (number),
    -- The day of the issuer's calendar, 2026-11-24.
    day         TEXT   NOT NULL CHECK (length(day) = 10),
    at          BIGINT NOT NULL,
    operator    TEXT   NOT NULL,
    undone_at   BIGINT,
    undone_by   TEXT,
    undone_why  TEXT   CHECK (undone_why IS NULL OR length(trim(undone_why)) > 0),
    CHECK ((undone_at IS NULL) = (undone_by IS NULL)),
    CHECK ((undone_at IS NULL) = (undone_why IS NULL))
);
CREATE UNIQUE INDEX an_insert_is_packed_once ON packings (serial) WHERE undone_at IS NULL;
CREATE INDEX packings_of_a_card ON packings (card_id) WHERE undone_at IS NULL;
CREATE INDEX packings_by_last_four ON packings (last_four) WHERE undone_at IS NULL;
CREATE INDEX packings_of_a_run ON packings (run_number, serial) WHERE undone_at IS NULL;
CREATE INDEX packings_in_a_box ON packings (box, number) WHERE box IS NOT NULL;
CREATE INDEX packings_of_a_day ON packings (day, number);

-- What stopped the line. It goes on once somebody has said that they saw it.
CREATE TABLE packing_stops (
    number           BIGINT NOT NULL PRIMARY KEY CHECK (number > 0),
    kind             TEXT   NOT NULL,
    -- Of our inserts only: what else a scanner reads is not kept.
    serial           TEXT   REFERENCES inserts (serial),
    cardholder_id    TEXT   REFERENCES cardholders (id),
    last_four        TEXT   CHECK (length(last_four) = 4),
    other_serial     TEXT   REFERENCES inserts (serial),
    box              BIGINT REFERENCES packing_boxes (number),
    day              TEXT   NOT NULL CHECK (length(day) = 10),
    at               BIGINT NOT NULL,
    operator         TEXT   NOT NULL,
    acknowledged_at  BIGINT,
    acknowledged_by  TEXT,
    CHECK ((acknowledged_at IS NULL) = (acknowledged_by IS NULL))
);
CREATE UNIQUE INDEX one_open_packing_stop ON packing_stops ((acknowledged_at IS NULL)) WHERE acknowledged_at IS NULL;
CREATE INDEX packing_stops_in_a_box ON packing_stops (box, number) WHERE box IS NOT NULL;
CREATE INDEX packing_stops_of_a_day ON packing_stops (day, number);

CREATE TRIGGER packing_box_begins_open BEFORE INSERT ON packing_boxes
WHEN NEW.closed_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'guard: a box begins open'); END;

CREATE TRIGGER packing_box_is_closed_once BEFORE UPDATE ON packing_boxes
WHEN OLD.closed_at IS NOT NULL OR NEW.number <> OLD.number OR NEW.name <> OLD.name OR NEW.begun_at <> OLD.begun_at
    OR NEW.begun_by <> OLD.begun_by
BEGIN SELECT RAISE(ABORT, 'guard: a box is closed once, as it began'); END;

CREATE TRIGGER packing_box_is_never_deleted BEFORE DELETE ON packing_boxes
BEGIN SELECT RAISE(ABORT, 'guard: a box is never deleted'); END;

CREATE TRIGGER packing_waits_for_a_stop BEFORE INSERT ON packings
WHEN EXISTS (SELECT 1 FROM packing_stops WHERE acknowledged_at IS NULL)
BEGIN SELECT RAISE(ABORT, 'guard: the line is stopped'); END;

CREATE TRIGGER packing_goes_into_the_open_box BEFORE INSERT ON packings
WHEN NEW.undone_at IS NOT NULL OR NEW.box IS NOT (SELECT number FROM packing_boxes WHERE closed_at IS NULL)
BEGIN SELECT RAISE(ABORT, 'guard: what is packed goes into the open box'); END;

CREATE TRIGGER packing_is_of_a_valid_insert BEFORE INSERT ON packings
WHEN NOT EXISTS (
    SELECT 1 FROM inserts i WHERE i.serial = NEW.serial AND i.run_number = NEW.run_number AND i.state = 'printed'
        AND (i.card_id IS NULL OR i.card_id IS NEW.card_id)
        AND (i.last_four IS NULL OR i.last_four = NEW.last_four)
        AND (NEW.card_id IS NULL OR EXISTS (
            SELECT 1 FROM cards c WHERE c.id = NEW.card_id AND c.cardholder_id = i.cardholder_id
                AND (c.last_four IS NULL OR c.last_four = NEW.last_four OR i.last_four = NEW.last_four)
        ))
)
BEGIN SELECT RAISE(ABORT, 'guard: a valid insert goes with its own plastic'); END;

-- An insert that was packed and voided afterwards does not keep the plastic from the insert that came in its place.
CREATE TRIGGER packing_is_the_only_one_of_a_plastic BEFORE INSERT ON packings
WHEN NEW.card_id IS NOT NULL AND EXISTS (
    SELECT 1 FROM packings p JOIN inserts i ON i.serial = p.serial
    WHERE p.card_id = NEW.card_id AND p.undone_at IS NULL AND i.state = 'printed'
)
BEGIN SELECT RAISE(ABORT, 'guard: a plastic is packed once'); END;

CREATE TRIGGER packing_is_undone_once BEFORE UPDATE ON packings
WHEN OLD.undone_at IS NOT NULL OR NEW.number <> OLD.number OR NEW.serial <> OLD.serial OR NEW.run_number <> OLD.run_number
    OR NEW.card_id IS NOT OLD.card_id OR NEW.last_four <> OLD.last_four OR NEW.basis <> OLD.basis OR NEW.box IS NOT OLD.box
    OR NEW.day <> OLD.day OR NEW.at <> OLD.at OR NEW.operator <> OLD.operator
BEGIN SELECT RAISE(ABORT, 'guard: a packing is undone once, and else stays as it was'); END;

CREATE TRIGGER packing_in_a_closed_box_stays BEFORE UPDATE ON packings
WHEN OLD.box IS NOT NULL AND EXISTS (SELECT 1 FROM packing_boxes WHERE number = OLD.box AND closed_at IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'guard: what is in a closed box has left the room'); END;

CREATE TRIGGER packing_is_never_deleted BEFORE DELETE ON packings
BEGIN SELECT RAISE(ABORT, 'guard: a packing is never deleted'); END;

CREATE TRIGGER packing_stop_begins_open BEFORE INSERT ON packing_stops
WHEN NEW.acknowledged_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'guard: a stop begins open'); END;

CREATE TRIGGER packing_stop_is_acknowledged_once BEFORE UPDATE ON packing_stops
WHEN OLD.acknowledged_at IS NOT NULL OR NEW.number <> OLD.number OR NEW.kind <> OLD.kind OR NEW.serial IS NOT OLD.serial
    OR NEW.cardholder_id IS NOT OLD.cardholder_id OR NEW.last_four IS NOT OLD.last_four OR NEW.other_serial IS NOT OLD.other_serial
    OR NEW.box IS NOT OLD.box OR NEW.day <> OLD.day OR NEW.at <> OLD.at OR NEW.operator <> OLD.operator
BEGIN SELECT RAISE(ABORT, 'guard: a stop is acknowledged once, and else stays as it was'); END;

CREATE TRIGGER packing_stop_is_never_deleted BEFORE DELETE ON packing_stops
BEGIN SELECT RAISE(ABORT, 'guard: a stop is never deleted'); END;
