-- How a run is made, so that one that was interrupted can be made again; how far its pages have come outside of this
-- record; and the pages that were printed again because they were spoilt before they left the room.

ALTER TABLE print_runs ADD COLUMN pages BIGINT CHECK (pages > 0);

-- What was asked for, in the desk's own words, and where it was to go: a folder, or a printer. Older runs have none.
CREATE TABLE print_run_requests (
    run_number   BIGINT NOT NULL PRIMARY KEY REFERENCES print_runs (number),
    request      TEXT   NOT NULL CHECK (length(request) > 0),
    destination  TEXT   NOT NULL CHECK (destination IN ('printer', 'file')),
    name         TEXT   NOT NULL
);

-- Written down before it is done: pages are written into a file, the file gets its name, pages go to a printer. What stands
-- here of a draft may have been done, and has to be looked at before the draft is made again or thrown away.
CREATE TABLE print_run_steps (
    run_number  BIGINT NOT NULL REFERENCES print_runs (number),
    sequence    BIGINT NOT NULL CHECK (sequence > 0),
    at          BIGINT NOT NULL,
    step        TEXT   NOT NULL CHECK (step IN ('writing', 'saving', 'printing')),
    place       TEXT   NOT NULL,
    -- SHA-256 of the file that gets its name, in hexadecimal: by then another file may have the same name.
    digest      TEXT   CHECK (length(digest) = 64),
    PRIMARY KEY (run_number, sequence),
    CHECK ((step = 'saving') = (digest IS NOT NULL))
);

CREATE TABLE page_reprints (
    run_number    BIGINT NOT NULL REFERENCES print_runs (number),
    sequence      BIGINT NOT NULL CHECK (sequence > 0),
    at            BIGINT NOT NULL,
    operator      TEXT   NOT NULL,
    pages         TEXT   NOT NULL CHECK (length(pages) > 0),
    reason        TEXT   NOT NULL CHECK (length(trim(reason)) > 0),
    sent_to       TEXT   NOT NULL CHECK (sent_to IN ('printer', 'file')),
    sent_to_name  TEXT   NOT NULL,
    PRIMARY KEY (run_number, sequence)
);

CREATE TRIGGER print_run_request_is_of_a_draft BEFORE INSERT ON print_run_requests
WHEN NOT EXISTS (SELECT 1 FROM print_runs WHERE number = NEW.run_number AND state = 'draft')
BEGIN SELECT RAISE(ABORT, 'guard: what is asked for is written down as a run begins'); END;

CREATE TRIGGER print_run_request_never_changes BEFORE UPDATE ON print_run_requests
BEGIN SELECT RAISE(ABORT, 'guard: what was asked for never changes'); END;

CREATE TRIGGER print_run_request_is_never_deleted BEFORE DELETE ON print_run_requests
BEGIN SELECT RAISE(ABORT, 'guard: what was asked for is never deleted'); END;

CREATE TRIGGER print_run_step_follows BEFORE INSERT ON print_run_steps
WHEN NOT EXISTS (SELECT 1 FROM print_runs WHERE number = NEW.run_number AND state <> 'discarded')
    OR NEW.sequence <> 1 + (SELECT count(*) FROM print_run_steps WHERE run_number = NEW.run_number)
BEGIN SELECT RAISE(ABORT, 'guard: a step of a run follows the one before, and none follows its end'); END;

CREATE TRIGGER print_run_step_never_changes BEFORE UPDATE ON print_run_steps
BEGIN SELECT RAISE(ABORT, 'guard: a step of a run never changes'); END;

CREATE TRIGGER print_run_step_is_never_deleted BEFORE DELETE ON print_run_steps
BEGIN SELECT RAISE(ABORT, 'guard: a step of a run is never deleted'); END;

CREATE TRIGGER page_reprint_is_of_a_finished_run BEFORE INSERT ON page_reprints
WHEN NOT EXISTS (SELECT 1 FROM print_runs WHERE number = NEW.run_number AND state = 'finished')
    OR NEW.sequence <> 1 + (SELECT count(*) FROM page_reprints WHERE run_number = NEW.run_number)
BEGIN SELECT RAISE(ABORT, 'guard: only pages of a finished run are printed again'); END;

CREATE TRIGGER page_reprint_never_changes BEFORE UPDATE ON page_reprints
BEGIN SELECT RAISE(ABORT, 'guard: that pages were printed again never changes'); END;

CREATE TRIGGER page_reprint_is_never_deleted BEFORE DELETE ON page_reprints
BEGIN SELECT RAISE(ABORT, 'guard: that pages were printed again is never deleted'); END;
