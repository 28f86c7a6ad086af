//! Keys and tokens in the keychain of the operating system, and nowhere else.
