-- Where four digits are all that ties a plastic to an insert, they are held against every plastic that ends in the same four:
-- those that are packed, and those that another insert waits for. Two cards can really end alike: then a person says so.

CREATE INDEX cards_by_last_four ON cards (last_four) WHERE last_four IS NOT NULL;
CREATE INDEX inserts_by_last_four ON inserts (last_four) WHERE state = 'printed' AND last_four IS NOT NULL;
CREATE INDEX packings_by_digits_alone ON packings (day) WHERE basis IN ('typed', 'another') AND undone_at IS NULL;

-- An insert that names its card is held against those packings alone of which no card says that the digits are its own: one
-- of them may be this insert's plastic.
CREATE TRIGGER packing_of_digits_that_are_packed_has_a_word BEFORE INSERT ON packings
WHEN NEW.basis <> 'another' AND EXISTS (
    SELECT 1 FROM packings p JOIN inserts i ON i.serial = p.serial
    WHERE p.last_four = NEW.last_four AND p.undone_at IS NULL AND i.state = 'printed'
        AND (NEW.basis = 'typed' OR (
            i.last_four IS NOT p.last_four
            AND NOT EXISTS (
                SELECT 1 FROM cards c
                WHERE c.last_four = p.last_four AND (c.id = p.card_id OR (p.card_id IS NULL AND c.cardholder_id = i.cardholder_id))
            )
        ))
)
BEGIN SELECT RAISE(ABORT, 'guard: a plastic that ends as one that is packed has a person''s word'); END;

CREATE TRIGGER packing_of_digits_that_are_waited_for_has_a_word BEFORE INSERT ON packings
WHEN NEW.basis = 'typed' AND EXISTS (
    SELECT 1 FROM cards c JOIN inserts i ON i.cardholder_id = c.cardholder_id AND (i.card_id = c.id OR i.card_id IS NULL)
    WHERE c.last_four = NEW.last_four AND c.state = 'INACTIVE' AND i.last_four IS NULL AND i.state = 'printed'
        AND i.serial <> NEW.serial
        AND NOT EXISTS (SELECT 1 FROM packings p WHERE p.serial = i.serial AND p.undone_at IS NULL)
    UNION ALL
    SELECT 1 FROM inserts i JOIN cards c ON c.id = i.card_id
    WHERE i.last_four = NEW.last_four AND i.state = 'printed' AND c.state = 'INACTIVE' AND i.serial <> NEW.serial
        AND NOT EXISTS (SELECT 1 FROM packings p WHERE p.serial = i.serial AND p.undone_at IS NULL)
)
BEGIN SELECT RAISE(ABORT, 'guard: a plastic that ends as one that is waited for has a person''s word'); END;
