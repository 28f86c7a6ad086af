//! Ids of cardholders: UUIDs of version 4 (RFC 9562, section 5.4).

use cardesk_domain::CardholderId;

use crate::practice::PracticeError;

/// These sixteen bytes as an id.
pub(crate) fn uuid_of(mut bytes: [u8; 16]) -> Result<CardholderId, PracticeError> {
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let text = format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]);
    text.parse().map_err(|_| PracticeError::Internal("a cardholder's id"))
}
