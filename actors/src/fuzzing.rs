//! The door for the fuzz targets in `tests/fuzz`: what they need and nothing else may use.

use bytes::Bytes;

use crate::{activity::wordcloud, codec};

/// A journal row of this payload with the header that belongs to it, so that a decoder gets past
/// the checksum.
#[must_use]
pub fn events_of(payload: &[u8]) -> Bytes {
    codec::seal(codec::Kind::Events, payload)
}

/// A snapshot of this payload with the header that belongs to it.
#[must_use]
pub fn snapshot_of(payload: &[u8]) -> Bytes {
    codec::seal(codec::Kind::Snapshot, payload)
}

/// What is behind the header of a row or a snapshot.
#[must_use]
pub fn payload(sealed: &[u8]) -> &[u8] {
    &sealed[codec::HEADER_LEN..]
}

/// The form in which two words of a cloud are the same.
#[must_use]
pub fn word_key(text: &str) -> String {
    wordcloud::key(text)
}
