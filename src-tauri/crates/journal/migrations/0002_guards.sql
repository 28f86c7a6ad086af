-- What the tables' own constraints can't say, as SQLite's triggers: which changes are refused, whoever makes them.
-- Every message names its guard.

CREATE TRIGGER operation_starts_as_a_draft BEFORE INSERT ON operations
WHEN NEW.state <> 'drafted' OR NEW.moves <> 0
BEGIN SELECT RAISE(ABORT, 'guard: an operation starts as a draft'); END;

CREATE TRIGGER operation_facts_never_change BEFORE UPDATE ON operations
WHEN NEW.reference <> OLD.reference OR NEW.kind <> OLD.kind
    OR NEW.cardholder_id IS NOT OLD.cardholder_id OR NEW.card_id IS NOT OLD.card_id
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

CREATE TRIGGER operation_move_follows BEFORE INSERT ON operation_moves
WHEN NOT EXISTS (
    SELECT 1 FROM operations
    WHERE reference = NEW.reference AND state = NEW.from_state AND moves + 1 = NEW.sequence
)
BEGIN SELECT RAISE(ABORT, 'guard: a move starts from where the operation is'); END;

CREATE TRIGGER operation_move_never_changes BEFORE UPDATE ON operation_moves
BEGIN SELECT RAISE(ABORT, 'guard: a move never changes'); END;

CREATE TRIGGER operation_move_is_never_deleted BEFORE DELETE ON operation_moves
BEGIN SELECT RAISE(ABORT, 'guard: a move is never deleted'); END;

CREATE TRIGGER legal_moves_stay_i BEFORE INSERT ON legal_moves
BEGIN SELECT RAISE(ABORT, 'guard: the legal moves are fixed'); END;
CREATE TRIGGER legal_moves_stay_u BEFORE UPDATE ON legal_moves
BEGIN SELECT RAISE(ABORT, 'guard: the legal moves are fixed'); END;
CREATE TRIGGER legal_moves_stay_d BEFORE DELETE ON legal_moves
BEGIN SELECT RAISE(ABORT, 'guard: the legal moves are fixed'); END;

CREATE TRIGGER happening_never_changes BEFORE UPDATE ON happenings
BEGIN SELECT RAISE(ABORT, 'guard: what happened never changes'); END;

CREATE TRIGGER happening_is_never_deleted BEFORE DELETE ON happenings
BEGIN SELECT RAISE(ABORT, 'guard: what happened is never deleted'); END;

CREATE TRIGGER print_run_starts_as_a_draft BEFORE INSERT ON print_runs
WHEN NEW.state <> 'draft'
BEGIN SELECT RAISE(ABORT, 'guard: a print run starts as a draft'); END;

CREATE TRIGGER print_run_ends_once BEFORE UPDATE ON print_runs
WHEN OLD.state <> 'draft' OR NEW.state = 'draft' OR NEW.number <> OLD.number OR NEW.layout <> OLD.layout
    OR NEW.language <> OLD.language OR NEW.begun_at <> OLD.begun_at OR NEW.operator <> OLD.operator
BEGIN SELECT RAISE(ABORT, 'guard: a print run ends once, as it began'); END;

CREATE TRIGGER print_run_is_never_deleted BEFORE DELETE ON print_runs
BEGIN SELECT RAISE(ABORT, 'guard: a print run is never deleted'); END;

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
