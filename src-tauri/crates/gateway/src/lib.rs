//! The typed client of the Wallet Gateway.
