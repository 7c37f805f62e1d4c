//! What SQL users read of a completed session, and how it travels to the database: as JSON, in
//! batches, which each database takes apart in one statement.

use caja_actors::session::{Seq, SessionId, Timestamp};
use serde::Serialize;
use serde_json::value::RawValue;
use uuid::Uuid;

/// Rows of one statement: few enough to stay far below its time-out.
const BATCH: usize = 1_000;

/// All that the archive holds of a session, as it was after the event `seq`.
#[derive(Debug)]
pub struct Archive {
    pub session: SessionId,
    pub seq: Seq,
    pub at: Timestamp,
    pub activities: Vec<ArchivedActivity>,
    pub participants: Vec<ArchivedParticipant>,
    pub responses: Vec<ArchivedResponse>,
}

#[derive(Debug, Serialize)]
pub struct ArchivedActivity {
    pub activity_id: Uuid,
    pub position: usize,
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub title: String,
    pub config: Box<RawValue>,
    pub status: &'static str,
    pub round: u32,
    pub created_ms: Timestamp,
    pub published_ms: Option<Timestamp>,
    pub activated_ms: Option<Timestamp>,
    pub expired_ms: Option<Timestamp>,
}

#[derive(Debug, Serialize)]
pub struct ArchivedParticipant {
    pub participant_id: Uuid,
    /// As everybody saw it.
    pub nickname: String,
    pub spectator: bool,
    pub status: &'static str,
    pub joined_ms: Timestamp,
}

#[derive(Debug, Clone, Serialize)]
pub struct ArchivedResponse {
    /// Its number in the session; must not tell whose it is.
    pub no: usize,
    pub activity_id: Uuid,
    pub item_id: Option<String>,
    pub round: u32,
    /// `None`: anonymous.
    pub participant_id: Option<Uuid>,
    /// `None`: it was hidden.
    pub answer: Option<Box<RawValue>>,
    pub correct: Option<bool>,
    pub points: Option<u32>,
    pub answered_ms: Timestamp,
    pub response_ms: Option<u64>,
}

/// Cuts rows into JSON arrays for the statements that insert them.
pub(super) fn batches<T: Serialize>(rows: &[T]) -> impl Iterator<Item = String> {
    rows.chunks(BATCH).map(|chunk| {
        let json = serde_json::to_string(chunk).expect("rows have no map and no fallible field");
        without_nul(json)
    })
}

/// PostgreSQL's texts hold everything but NUL, and the archive holds texts as people wrote them.
fn without_nul(json: String) -> String {
    const NUL: &str = "\\u0000";
    if !json.contains(NUL) {
        return json;
    }
    let mut clean = String::with_capacity(json.len());
    let mut rest = &*json;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        clean.push_str(before);
        // An escape is a backslash and what it escapes; the digits of others are plain text.
        let (escape, after) = escape.split_at(if escape.starts_with(NUL) { NUL.len() } else { 2 });
        clean.push_str(if escape == NUL { "\\ufffd" } else { escape });
        rest = after;
    }
    clean + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nul_is_replaced_and_what_only_looks_like_it_is_not() {
        let texts = ["a\0b", "\\u0000", "\\\0\\", "\"\n\0", "plain", "\u{1}"];
        let json = without_nul(serde_json::to_string(&texts).unwrap());
        let read: Vec<String> = serde_json::from_str(&json).unwrap();
        let wanted = texts.map(|text| text.replace('\0', "\u{fffd}"));
        assert_eq!(read, wanted);
    }
}
