//! The durable record of one desk: intents and outcomes, directory, print runs, what happened.
