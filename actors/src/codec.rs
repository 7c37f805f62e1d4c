//! How events and snapshots are stored: bincode behind a header with format version and checksum.
//!
//! Golden files of every released format are decoded in `tests/formats.rs`.

use std::io::Write;

use bytes::Bytes;

use crate::session::{Entry, Session};

/// The format that is written.
///
/// Raise it when a stored type changes, keep what reads the old one, and add golden files. Never in
/// the release that raises [`READS`]: nodes of two releases work side by side while one replaces the
/// other.
pub const FORMAT: u16 = 2;
/// The newest format that is read.
pub const READS: u16 = 2;

const MAGIC: [u8; 2] = *b"CJ";
/// Magic, kind, format (little endian), CRC-32 of what follows (little endian).
pub(crate) const HEADER_LEN: usize = 9;
/// No journal row comes near this; it bounds what a damaged length can allocate.
const EVENTS_LIMIT: usize = 64 << 20;
/// Far above 200,000 participants with long answers.
const SNAPSHOT_LIMIT: usize = 2 << 30;
/// What a snapshot may take in memory is bounded by its size as well, so that a few damaged bytes
/// can't ask for gigabytes. No value takes 256 times as much in memory as in a snapshot.
const SMALL_SNAPSHOT: usize = 256 << 10;
const SMALL_SNAPSHOT_LIMIT: usize = 64 << 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Events = b'E' as isize,
    Snapshot = b'S' as isize,
    /// Between nodes; it is not stored.
    Copy = b'C' as isize,
}

/// Why stored bytes can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    #[error("not a stored record of this kind")]
    Foreign,
    #[error("stored in format {0}, which this version does not read")]
    Format(u16),
    #[error("checksum does not match")]
    Checksum,
    #[error("content does not decode: {0}")]
    Content(String),
}

/// Collects encoded events until they are cut into a journal row.
#[derive(Debug, Default)]
pub struct RowBuilder {
    payload: Vec<u8>,
    count: u32,
}

impl RowBuilder {
    pub fn push(&mut self, entry: &Entry) {
        bincode::encode_into_std_write(entry, &mut self.payload, bincode::config::standard())
            .expect("writing to memory can't fail");
        self.count += 1;
    }

    /// How many events wait.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.count
    }

    /// Bytes that wait.
    #[must_use]
    pub fn len(&self) -> usize {
        self.payload.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The row, and an empty builder for the next one.
    pub fn cut(&mut self) -> (u32, Bytes) {
        let Self { payload, count } = std::mem::take(self);
        (count, seal(Kind::Events, &payload))
    }
}

/// The events of a journal row.
pub fn decode_events(row: &[u8]) -> Result<Vec<Entry>, CodecError> {
    let mut rest = open(Kind::Events, row)?;
    let config = bincode::config::standard().with_limit::<EVENTS_LIMIT>();
    let mut entries = vec![];
    while !rest.is_empty() {
        let (entry, read) = bincode::decode_from_slice(rest, config).map_err(content)?;
        entries.push(entry);
        rest = &rest[read..];
    }
    Ok(entries)
}

#[must_use]
pub fn encode_snapshot(session: &Session) -> Bytes {
    let payload = bincode::encode_to_vec(session, bincode::config::standard())
        .expect("writing to memory can't fail");
    seal(Kind::Snapshot, &payload)
}

pub fn decode_snapshot(state: &[u8]) -> Result<Session, CodecError> {
    let payload = open(Kind::Snapshot, state)?;
    let config = bincode::config::standard();
    let decoded = if payload.len() <= SMALL_SNAPSHOT {
        bincode::decode_from_slice(payload, config.with_limit::<SMALL_SNAPSHOT_LIMIT>())
    } else {
        bincode::decode_from_slice(payload, config.with_limit::<SNAPSHOT_LIMIT>())
    };
    let (session, read) = decoded.map_err(content)?;
    if read == payload.len() {
        Ok(session)
    } else {
        Err(CodecError::Content("there are bytes left over".into()))
    }
}

pub(crate) fn seal(kind: Kind, payload: &[u8]) -> Bytes {
    let mut sealed = Vec::with_capacity(HEADER_LEN + payload.len());
    let parts: [&[u8]; 5] = [
        &MAGIC,
        &[kind as u8],
        &FORMAT.to_le_bytes(),
        &crc32fast::hash(payload).to_le_bytes(),
        payload,
    ];
    for part in parts {
        sealed.write_all(part).expect("writing to memory can't fail");
    }
    sealed.into()
}

pub(crate) fn open(kind: Kind, sealed: &[u8]) -> Result<&[u8], CodecError> {
    let (header, payload) = sealed.split_at_checked(HEADER_LEN).ok_or(CodecError::Foreign)?;
    if header[..2] != MAGIC || header[2] != kind as u8 {
        return Err(CodecError::Foreign);
    }
    let format = u16::from_le_bytes([header[3], header[4]]);
    if format != FORMAT {
        return Err(CodecError::Format(format));
    }
    if header[5..] != crc32fast::hash(payload).to_le_bytes() {
        return Err(CodecError::Checksum);
    }
    Ok(payload)
}

pub(crate) fn content(error: bincode::error::DecodeError) -> CodecError {
    CodecError::Content(error.to_string())
}
