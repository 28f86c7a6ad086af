-- What everybody did is asked for by who did it and by when, in a record that only grows.
CREATE INDEX happenings_of_an_operator ON happenings (operator, number);
CREATE INDEX happenings_by_time ON happenings (at);
