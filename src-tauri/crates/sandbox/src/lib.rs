//! Practice: the Wallet Gateway's contract and its activation page as a real HTTP server on loopback.
