//! What holds for any bytes whatever: one function for each fuzz target. `tests/corpus.rs` calls
//! them too, with everything that the fuzzer found worth keeping.

use actix_web::ResponseError;
use caja::{
    fuzzing::{BODIES, CURSORS},
    http::{
        body::parse,
        tokens::{Claim, ParticipantTokens},
    },
};
use caja_actors::{
    activity::Kind,
    codec::{RowBuilder, decode_events, decode_snapshot, encode_snapshot},
    fuzzing::{events_of, snapshot_of, word_key},
    session::{Nickname, ParticipantId, Seat, SessionId, Who, text},
};
use serde_json::Value;
use uuid::Uuid;

use crate::script;

/// Panics where the code does not do what it should with these bytes.
type Property = fn(&[u8]);

/// A target's name, as its folder and its file are called, and its property.
pub(crate) const TARGETS: &[(&str, Property)] = &[
    ("bodies", bodies),
    ("configs", configs),
    ("cursors", cursors),
    ("events", events),
    ("nicknames", nicknames),
    ("script", script::property),
    ("snapshot", snapshot),
    ("token", token),
    ("words", words),
];

/// A snapshot that decodes says the same when it is written again. With an odd first byte the rest
/// gets the right header, so that the fuzzer comes behind the checksum.
///
/// A state that decodes but that no session ever had is not used further: nothing but this server
/// writes snapshots, and the checksum is right only on what it wrote.
pub(crate) fn snapshot(data: &[u8]) {
    let Some((mode, data)) = data.split_first() else { return };
    let sealed = if mode % 2 == 1 { snapshot_of(data) } else { data.to_vec().into() };
    if let Ok(session) = decode_snapshot(&sealed) {
        let written = encode_snapshot(&session);
        let read = decode_snapshot(&written).expect("what was written can be read");
        assert_eq!(encode_snapshot(&read), written);
    }
}

/// The same for a row of the journal.
pub(crate) fn events(data: &[u8]) {
    let Some((mode, data)) = data.split_first() else { return };
    let sealed = if mode % 2 == 1 { events_of(data) } else { data.to_vec().into() };
    if let Ok(entries) = decode_events(&sealed) {
        let write = |entries: &[_]| {
            let mut row = RowBuilder::default();
            entries.iter().for_each(|entry| row.push(entry));
            row.cut().1
        };
        let written = write(&entries);
        let read = decode_events(&written).expect("what was written can be read");
        assert_eq!(write(&read), written);
    }
}

/// No bytes are a token, other than those that were issued.
pub(crate) fn token(data: &[u8]) {
    let tokens = ParticipantTokens::new(b"the key of the fuzz targets");
    if let Some(claim) = tokens.check(data) {
        assert_eq!(tokens.issue(claim).as_bytes(), data);
    }
    let Some(claim) = data.first_chunk::<36>() else { return };
    let id = |at: usize| Uuid::from_slice(&claim[at..at + 16]).expect("16 bytes are a UUID");
    let seat = Seat(u32::from_be_bytes([claim[32], claim[33], claim[34], claim[35]]));
    let claim = Claim { session: SessionId(id(0)), who: Who { seat, id: ParticipantId(id(16)) } };
    let mut issued = tokens.issue(claim).into_bytes();
    assert_eq!(tokens.check(&issued), Some(claim));
    // One bit of it changed, chosen by the bytes.
    let at = usize::from(data[0]) % issued.len();
    issued[at] ^= 1 << (data[1] % 8);
    assert_eq!(tokens.check(&issued), None);
}

/// A cursor that is read is the one that the list wrote.
pub(crate) fn cursors(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    for written in CURSORS.iter().filter_map(|read| read(text)) {
        assert!(CURSORS.iter().any(|read| read(&written).as_ref() == Some(&written)), "{written}");
        assert_eq!(written, text, "no other text is this cursor");
    }
}

/// A body is read or refused with a clear status. The first byte chooses the operation.
pub(crate) fn bodies(data: &[u8]) {
    let Some((operation, body)) = data.split_first() else { return };
    let (id, read) = BODIES[usize::from(*operation) % BODIES.len()];
    if let Err(problem) = read(body) {
        assert!(matches!(problem.status_code().as_u16(), 400 | 422), "{id}: {problem}");
    }
}

/// A configuration that is accepted, written out and read again is the same: completing it twice is
/// completing it once. The first byte chooses the type.
pub(crate) fn configs(data: &[u8]) {
    let Some((kind, body)) = data.split_first() else { return };
    let kind = Kind::ALL[usize::from(*kind) % Kind::ALL.len()];
    let Ok(Ok(config)) = parse(body, |json| kind.config(json)) else { return };
    let written = serde_json::to_vec(&*config.wire()).expect("a configuration has string keys");
    let again = parse(&written, |json| kind.config(json));
    let again = again.expect("it has the shape").expect("it is accepted again");
    let value = |config: &caja_actors::activity::Config| -> Value {
        serde_json::to_value(&*config.wire()).expect("a configuration has string keys")
    };
    assert_eq!(value(&again), value(&config));
    assert!(again.appends_to(&config) || matches!(kind, Kind::Poll | Kind::WordCloud));
}

/// A nickname in its normal form is its own normal form, and looks like itself only once.
pub(crate) fn nicknames(data: &[u8]) {
    let Ok(raw) = std::str::from_utf8(data) else { return };
    if let Ok(nickname) = Nickname::parse(raw) {
        let shown = nickname.as_str();
        assert_eq!(Nickname::parse(shown).as_ref(), Ok(&nickname), "{shown:?}");
        let look = text::look(shown);
        assert_eq!(text::look(&look), look, "{shown:?}");
        assert!(!shown.is_empty() && !shown.chars().any(char::is_control), "{shown:?}");
    }
}

/// The same for words and their keys.
pub(crate) fn words(data: &[u8]) {
    let Ok(raw) = std::str::from_utf8(data) else { return };
    for max in [25, 50, 1_000] {
        if let Ok(line) = text::one_line(raw, max) {
            assert_eq!(text::one_line(&line, max), Ok(line.clone()));
            let key = word_key(&line);
            assert_eq!(word_key(&key), key, "{line:?}");
            let look = text::look(&key);
            assert_eq!(text::look(&look), look, "{line:?}");
        }
    }
}
