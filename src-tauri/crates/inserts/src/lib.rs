//! Activation inserts: link, QR code, layout, PDF, and the check that every code reads back.
