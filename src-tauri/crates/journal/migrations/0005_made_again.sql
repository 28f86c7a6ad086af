-- What is made again keeps what the older one was to take back or to make again itself: so every later operation of such a
-- chain names the first, and the guard that only one follows holds along the whole of it.

CREATE TRIGGER operation_made_again_keeps_what_it_names BEFORE UPDATE ON operations
WHEN NEW.state = 'intent' AND EXISTS (
    SELECT 1 FROM operation_links mine JOIN operation_links theirs ON theirs.reference = mine.older
    WHERE mine.reference = NEW.reference AND mine.kind = 'makes_again' AND theirs.kind IN ('corrects', 'makes_again')
        AND NOT EXISTS (
            SELECT 1 FROM operation_links kept
            WHERE kept.reference = NEW.reference AND kept.kind = theirs.kind AND kept.older = theirs.older
        )
)
BEGIN SELECT RAISE(ABORT, 'guard: what is made again keeps what it names'); END;
