-- A company's own templates of inserts. A change is another version: what a run was printed with stays as it was. A removal is
-- the last version, with what it was.
CREATE TABLE template_versions (
    template_id  TEXT   NOT NULL CHECK (length(template_id) BETWEEN 1 AND 64),
    version      BIGINT NOT NULL CHECK (version > 0),
    name         TEXT   NOT NULL CHECK (length(trim(name)) > 0),
    content      TEXT   NOT NULL,
    is_removed   BIGINT NOT NULL CHECK (is_removed IN (0, 1)),
    at           BIGINT NOT NULL,
    operator     TEXT   NOT NULL,
    PRIMARY KEY (template_id, version)
);

CREATE TRIGGER template_version_follows BEFORE INSERT ON template_versions
WHEN NEW.version <> 1 + (SELECT coalesce(max(version), 0) FROM template_versions WHERE template_id = NEW.template_id)
BEGIN SELECT RAISE(ABORT, 'guard: a version of a template follows the one before'); END;

CREATE TRIGGER removed_template_stays_removed BEFORE INSERT ON template_versions
WHEN EXISTS (SELECT 1 FROM template_versions WHERE template_id = NEW.template_id AND is_removed = 1)
BEGIN SELECT RAISE(ABORT, 'guard: a removed template stays removed'); END;

CREATE TRIGGER first_version_is_no_removal BEFORE INSERT ON template_versions
WHEN NEW.version = 1 AND NEW.is_removed = 1
BEGIN SELECT RAISE(ABORT, 'guard: what was never there is not removed'); END;

CREATE TRIGGER template_version_never_changes BEFORE UPDATE ON template_versions
BEGIN SELECT RAISE(ABORT, 'guard: a version of a template never changes'); END;

CREATE TRIGGER template_version_is_never_deleted BEFORE DELETE ON template_versions
BEGIN SELECT RAISE(ABORT, 'guard: a version of a template is never deleted'); END;
