-- Three signs that tell the papers of this journal from those of every other: serials begin at 0001-001 in each. Drawn by lot,
-- because nothing that two journals can have in common will do: a desk beside this one, or a journal begun anew after this one
-- was lost, has the same company and the same serials. Without vowels, which make words, without signs that look alike, and
-- without those that a keyboard's layout moves.

CREATE TABLE paper_mark (
    only_one  BIGINT NOT NULL PRIMARY KEY CHECK (only_one = 1),
    mark      TEXT   NOT NULL CHECK (length(mark) = 3)
);
INSERT INTO paper_mark (only_one, mark) VALUES (1,
    substr('23456789BCDFGHJKMNPRSTVX', 1 + (random() & 9223372036854775807) % 24, 1)
    || substr('23456789BCDFGHJKMNPRSTVX', 1 + (random() & 9223372036854775807) % 24, 1)
    || substr('23456789BCDFGHJKMNPRSTVX', 1 + (random() & 9223372036854775807) % 24, 1)
);

CREATE TRIGGER paper_mark_is_the_only_one BEFORE INSERT ON paper_mark
BEGIN SELECT RAISE(ABORT, 'guard: a journal has one mark for its papers'); END;

CREATE TRIGGER paper_mark_never_changes BEFORE UPDATE ON paper_mark
BEGIN SELECT RAISE(ABORT, 'guard: the mark of a journal''s papers never changes'); END;

CREATE TRIGGER paper_mark_is_never_deleted BEFORE DELETE ON paper_mark
BEGIN SELECT RAISE(ABORT, 'guard: the mark of a journal''s papers is never deleted'); END;
