-- A job that was cancelled, or given up by the printer system, after its run had counted: until somebody has looked at what
-- came out, nothing of the run counts any more. It waits as a draft again, under its number and serials. What the room knows
-- better stays as it is: an insert that is packed or voided, and a run of which pages were printed again.

DROP TRIGGER insert_moves_are_legal;
CREATE TRIGGER insert_moves_are_legal BEFORE UPDATE ON inserts
WHEN NOT (
        (OLD.state = 'drafted' AND NEW.state IN ('printed', 'discarded'))
        OR (OLD.state = 'printed' AND NEW.state = 'voided')
        OR (
            OLD.state = 'printed' AND NEW.state = 'drafted'
            AND EXISTS (
                SELECT 1 FROM print_runs r
                WHERE r.number = OLD.run_number AND r.state = 'finished'
                    AND (SELECT j.state FROM print_jobs j WHERE j.run_number = r.number ORDER BY j.number DESC LIMIT 1)
                        IN ('cancelled', 'aborted')
                    AND NOT EXISTS (SELECT 1 FROM page_reprints p WHERE p.run_number = r.number)
            )
            AND NOT EXISTS (SELECT 1 FROM packings p WHERE p.serial = OLD.serial AND p.undone_at IS NULL)
        )
    )
    OR NEW.serial <> OLD.serial OR NEW.run_number <> OLD.run_number OR NEW.position <> OLD.position
    OR NEW.cardholder_id <> OLD.cardholder_id OR NEW.card_id IS NOT OLD.card_id OR NEW.last_four IS NOT OLD.last_four
    OR NEW.replaces IS NOT OLD.replaces OR NEW.replaces_why IS NOT OLD.replaces_why
BEGIN SELECT RAISE(ABORT, 'guard: an insert goes from draft to printed or discarded, and from printed to voided'); END;

-- The inserts go first, so that a run of which one stays is no draft.
DROP TRIGGER print_run_ends_once;
CREATE TRIGGER print_run_ends_once BEFORE UPDATE ON print_runs
WHEN NOT (
        (OLD.state = 'draft' AND NEW.state <> 'draft')
        OR (
            OLD.state = 'finished' AND NEW.state = 'draft'
            AND (SELECT j.state FROM print_jobs j WHERE j.run_number = OLD.number ORDER BY j.number DESC LIMIT 1)
                IN ('cancelled', 'aborted')
            AND NOT EXISTS (SELECT 1 FROM inserts i WHERE i.run_number = OLD.number AND i.state <> 'drafted')
        )
    )
    OR NEW.number <> OLD.number OR NEW.layout <> OLD.layout OR NEW.language <> OLD.language OR NEW.begun_at <> OLD.begun_at
    OR NEW.operator <> OLD.operator
BEGIN SELECT RAISE(ABORT, 'guard: a print run ends once, as it began, unless its job came to nothing'); END;
