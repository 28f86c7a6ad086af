-- The same guards with less work: they are asked before every request that leaves. What each refuses stays as it was.

-- An update that does not name a fact can't change it.
DROP TRIGGER operation_facts_never_change;
CREATE TRIGGER operation_facts_never_change
BEFORE UPDATE OF
    reference, kind, cardholder_id, card_id, to_card_id, amount, currency, note, channel, context, drafted_at, drafted_by
ON operations
WHEN NEW.reference <> OLD.reference OR NEW.kind <> OLD.kind
    OR NEW.cardholder_id IS NOT OLD.cardholder_id OR NEW.card_id IS NOT OLD.card_id OR NEW.to_card_id IS NOT OLD.to_card_id
    OR NEW.amount IS NOT OLD.amount OR NEW.currency IS NOT OLD.currency
    OR NEW.note IS NOT OLD.note OR NEW.channel IS NOT OLD.channel OR NEW.context IS NOT OLD.context
    OR NEW.drafted_at <> OLD.drafted_at OR NEW.drafted_by <> OLD.drafted_by
BEGIN SELECT RAISE(ABORT, 'guard: the facts of an operation never change'); END;

-- Among many that are open, only those of the same amount, or for the same cardholder, are looked at.
CREATE INDEX open_operations_alike ON operations (amount, currency) WHERE state IN ('intent', 'unknown');

DROP TRIGGER operation_has_no_open_look_alike;
CREATE TRIGGER operation_has_no_open_look_alike BEFORE UPDATE ON operations
WHEN NEW.state = 'intent' AND (
    EXISTS (
        SELECT 1 FROM operations o CROSS JOIN operation_cards theirs ON theirs.reference = o.reference
            CROSS JOIN operation_cards mine ON mine.reference = NEW.reference
        WHERE o.state IN ('intent', 'unknown') AND o.amount = NEW.amount AND o.currency = NEW.currency AND o.reference <> NEW.reference
            AND (theirs.paying = mine.paying OR theirs.paid = mine.paid)
            AND NOT EXISTS (
                SELECT 1 FROM operation_links l WHERE l.reference = NEW.reference AND l.kind = 'despite' AND l.older = o.reference
            )
    )
    OR (NEW.kind = 'issue' AND EXISTS (
        SELECT 1 FROM operations o
        WHERE o.kind = 'issue' AND o.cardholder_id = NEW.cardholder_id AND +o.state IN ('intent', 'unknown')
            AND o.reference <> NEW.reference
            AND NOT EXISTS (
                SELECT 1 FROM operation_links l WHERE l.reference = NEW.reference AND l.kind = 'despite' AND l.older = o.reference
            )
    ))
)
BEGIN SELECT RAISE(ABORT, 'guard: a look-alike has no outcome yet'); END;

-- The sign keeps the engine from making a table of two words before it looks for the links, of which most have none.
DROP TRIGGER operation_is_the_only_one_after;
CREATE TRIGGER operation_is_the_only_one_after BEFORE UPDATE ON operations
WHEN NEW.state = 'intent' AND EXISTS (
    SELECT 1 FROM operation_links mine
        CROSS JOIN operation_links theirs ON theirs.older = mine.older AND theirs.kind = mine.kind AND theirs.reference <> mine.reference
        CROSS JOIN operations o ON o.reference = theirs.reference
    WHERE mine.reference = NEW.reference AND +mine.kind IN ('corrects', 'makes_again')
        AND (
            o.state NOT IN ('drafted', 'discarded', 'refused', 'not_sent', 'settled_not_applied')
            OR EXISTS (SELECT 1 FROM operation_contradictions c WHERE c.reference = o.reference)
        )
)
BEGIN SELECT RAISE(ABORT, 'guard: the older operation was taken back or made again already'); END;
