-- A company's own sheets, and what became of the jobs that went to a printer.
-- Measures are micrometres. A sheet is never changed: it gets another version, so that what was printed on one stays known.

CREATE TABLE own_sheets (
    number        BIGINT NOT NULL CHECK (number > 0),
    version       BIGINT NOT NULL CHECK (version > 0),
    name          TEXT   NOT NULL CHECK (length(trim(name)) > 0),
    sheet_width   BIGINT NOT NULL CHECK (sheet_width > 0),
    sheet_height  BIGINT NOT NULL CHECK (sheet_height > 0),
    across        BIGINT NOT NULL CHECK (across > 0),
    down          BIGINT NOT NULL CHECK (down > 0),
    left_edge     BIGINT NOT NULL CHECK (left_edge >= 0),
    top_edge      BIGINT NOT NULL CHECK (top_edge >= 0),
    pitch_across  BIGINT NOT NULL CHECK (pitch_across >= 0),
    pitch_down    BIGINT NOT NULL CHECK (pitch_down >= 0),
    cell_width    BIGINT NOT NULL CHECK (cell_width > 0),
    cell_height   BIGINT NOT NULL CHECK (cell_height > 0),
    is_cut        BIGINT NOT NULL CHECK (is_cut IN (0, 1)),
    is_removed    BIGINT NOT NULL CHECK (is_removed IN (0, 1)),
    at            BIGINT NOT NULL,
    operator      TEXT   NOT NULL,
    PRIMARY KEY (number, version)
);

CREATE TRIGGER own_sheet_version_follows BEFORE INSERT ON own_sheets
WHEN NEW.version <> (SELECT coalesce(max(version), 0) + 1 FROM own_sheets WHERE number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'guard: a version of an own sheet follows the one before'); END;

CREATE TRIGGER own_sheet_removed_stays BEFORE INSERT ON own_sheets
WHEN EXISTS (SELECT 1 FROM own_sheets WHERE number = NEW.number AND is_removed = 1)
BEGIN SELECT RAISE(ABORT, 'guard: an own sheet that was removed stays removed'); END;

CREATE TRIGGER own_sheet_never_changes BEFORE UPDATE ON own_sheets
BEGIN SELECT RAISE(ABORT, 'guard: a version of an own sheet never changes'); END;

CREATE TRIGGER own_sheet_is_never_deleted BEFORE DELETE ON own_sheets
BEGIN SELECT RAISE(ABORT, 'guard: an own sheet is never deleted'); END;

-- One job that a run sent to a printer. A run whose pages were printed again has several.
CREATE TABLE print_jobs (
    number      BIGINT NOT NULL PRIMARY KEY CHECK (number > 0),
    run_number  BIGINT NOT NULL REFERENCES print_runs (number),
    printer     TEXT   NOT NULL,
    job         BIGINT NOT NULL CHECK (job >= 0),
    sent_at     BIGINT NOT NULL,
    operator    TEXT   NOT NULL,
    state       TEXT   NOT NULL CHECK (state IN ('waiting', 'held', 'printing', 'stopped', 'done', 'cancelled', 'aborted', 'lost')),
    words       TEXT,
    seen_at     BIGINT NOT NULL
);
CREATE INDEX print_jobs_of_a_run ON print_jobs (run_number);

CREATE TRIGGER print_job_facts_never_change BEFORE UPDATE ON print_jobs
WHEN NEW.number <> OLD.number OR NEW.run_number <> OLD.run_number OR NEW.printer <> OLD.printer OR NEW.job <> OLD.job
    OR NEW.sent_at <> OLD.sent_at OR NEW.operator <> OLD.operator
BEGIN SELECT RAISE(ABORT, 'guard: the facts of a print job never change'); END;

CREATE TRIGGER print_job_ends_once BEFORE UPDATE ON print_jobs
WHEN OLD.state IN ('done', 'cancelled', 'aborted', 'lost')
BEGIN SELECT RAISE(ABORT, 'guard: a print job ends once'); END;

CREATE TRIGGER print_job_is_never_deleted BEFORE DELETE ON print_jobs
BEGIN SELECT RAISE(ABORT, 'guard: a print job is never deleted'); END;
