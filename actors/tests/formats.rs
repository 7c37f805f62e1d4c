//! What older versions stored is read by this one. The golden files are of format 2, the
//! first that was released, and never change; a new format gets new files, and keeps these tests for the old ones.
//!
//! `CAJA_WRITE_GOLDEN=1 cargo test -p caja-actors --test formats` writes them: only before the
//! format is released, or when names changed that are in the text alone.

mod support;

use std::{collections::BTreeSet, fmt::Write, fs, path::PathBuf};

use bytes::Bytes;
use caja_actors::{
    codec::{CodecError, RowBuilder, decode_events, decode_snapshot, encode_snapshot},
    session::{Entry, Event, Session},
};
use support::pageant::pageant;

const FILES: [&str; 3] = ["journal-2.bin", "snapshot-2.bin", "session-2.txt"];

fn path(file: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "golden", file].iter().collect()
}

fn golden(file: &str) -> Bytes {
    fs::read(path(file)).expect("golden files are committed").into()
}

fn row_of(entries: &[Entry]) -> Bytes {
    let mut row = RowBuilder::default();
    entries.iter().for_each(|entry| row.push(entry));
    row.cut().1
}

fn replayed(entries: &[Entry]) -> Session {
    let mut session = Session::create(&entries[0]).expect("the first event is the creation");
    for entry in &entries[1..] {
        session.apply(entry);
    }
    session
}

/// All that was stored, for people to read; in a fixed order, unlike `Debug` of the indexes.
fn text_of(entries: &[Entry], session: &Session) -> String {
    let mut text = String::new();
    let mut line = |line: String| writeln!(text, "{line}").expect("memory takes it");
    entries.iter().for_each(|entry| line(format!("{entry:?}")));
    line(format!("{:?} {:?}", session.seq(), session.last_at()));
    line(format!("{:?}", session.header()));
    session.people().seats().iter().for_each(|person| line(format!("{person:?}")));
    session.activities().iter().for_each(|activity| line(format!("{activity:?}")));
    line(format!("{:?}", session.timeline()));
    text
}

#[test]
fn stored_rows_and_snapshots_are_as_they_ever_were() {
    let stage = pageant();
    let written: [Bytes; 3] = [
        row_of(&stage.entries),
        encode_snapshot(&stage.session),
        text_of(&stage.entries, &stage.session).into(),
    ];
    if std::env::var_os("CAJA_WRITE_GOLDEN").is_some() {
        for (file, content) in FILES.iter().zip(&written) {
            fs::write(path(file), content).expect("the folder is there");
        }
    }
    for (file, content) in FILES.iter().zip(&written) {
        assert!(golden(file) == content, "{file} is written differently: raise codec::FORMAT");
    }
}

#[test]
fn stored_rows_and_snapshots_are_read() {
    let entries = decode_events(&golden("journal-2.bin")).expect("it is read");
    let session = decode_snapshot(&golden("snapshot-2.bin")).expect("it is read");
    assert!(text_of(&entries, &session).as_bytes() == golden("session-2.txt"));
    assert_eq!(row_of(&entries), golden("journal-2.bin"));
    assert_eq!(encode_snapshot(&session), golden("snapshot-2.bin"));
    assert_eq!(encode_snapshot(&replayed(&entries)), golden("snapshot-2.bin"));
}

/// A new variant does not compile here until it has a name, and then must be in the golden row.
fn name_of(event: &Event) -> &'static str {
    match event {
        Event::Created { .. } => "Created",
        Event::Edited { .. } => "Edited",
        Event::Opened => "Opened",
        Event::Completed => "Completed",
        Event::Announced { .. } => "Announced",
        Event::ScreenSet { .. } => "ScreenSet",
        Event::ActivityAdded { .. } => "ActivityAdded",
        Event::ActivityEdited { .. } => "ActivityEdited",
        Event::ActivityDeleted { .. } => "ActivityDeleted",
        Event::ActivitiesOrdered { .. } => "ActivitiesOrdered",
        Event::StepTaken { .. } => "StepTaken",
        Event::Controlled { .. } => "Controlled",
        Event::Joined { .. } => "Joined",
        Event::ParticipantEdited { .. } => "ParticipantEdited",
        Event::Left { .. } => "Left",
        Event::Removed { .. } => "Removed",
        Event::Answered { .. } => "Answered",
        Event::Withdrawn { .. } => "Withdrawn",
        Event::Moderated { .. } => "Moderated",
        Event::Observed { .. } => "Observed",
    }
}

const EVENTS: usize = 20;

#[test]
fn everything_that_can_happen_is_in_the_golden_row() {
    let entries = decode_events(&golden("journal-2.bin")).expect("it is read");
    let events: BTreeSet<&str> = entries.iter().map(|entry| name_of(&entry.event)).collect();
    assert_eq!(events.len(), EVENTS, "{events:?}");
    let text = String::from_utf8(golden("session-2.txt").to_vec()).expect("it is text");
    for word in [
        "step: Publish",
        "step: Unpublish",
        "step: Activate",
        "step: Expire",
        "step: Reopen",
        "given: Poll(Choices(",
        "given: Poll(Rating(",
        "given: Poll(Ranking(",
        "given: Poll(Text {",
        "is_held: true",
        "verdict: Approve",
        "verdict: Hide",
        "removed: Some(",
        "erase: true",
        "given: Poker(",
        "given: Quiz(Choices",
        "given: Quiz(Value",
        "given: Quiz(Buzz",
        "given: WordCloud(",
        "change: Poll(Revealed",
        "change: Poll(Hidden",
        "change: Poll(Locked",
        "change: Poll(Unlocked",
        "change: Poll(Reset",
        "change: Poker(Revealed",
        "change: Poker(Accepted",
        "change: Poker(Revoted",
        "change: Poker(Moved",
        "change: Quiz(Asked {",
        "change: Quiz(AskedAgain",
        "change: Quiz(Revealed",
        "change: Quiz(LeaderboardShown",
        "change: Quiz(Judged",
        "change: Quiz(Finished",
        "change: WordCloud(Board(",
        "change: WordCloud(WordsHidden",
        "change: WordCloud(WordsShown",
        "change: WordCloud(Merged",
        "change: WordCloud(Unmerged",
        "presence: Left",
        "presence: Removed",
        "presence: Present",
    ] {
        assert!(text.contains(word), "{word}");
    }
}

/// The file as it is after every flip of one bit, every loss of its end, and one more byte.
fn damaged(file: &Bytes) -> impl Iterator<Item = Vec<u8>> {
    let flipped = (0..file.len() * 8).map(|bit| {
        let mut copy = file.to_vec();
        copy[bit / 8] ^= 1 << (bit % 8);
        copy
    });
    let cut = (0..file.len()).map(|len| file[..len].to_vec());
    let longer = [0, 0xff].map(|more| [&file[..], &[more]].concat());
    flipped.chain(cut).chain(longer)
}

#[test]
fn damage_anywhere_is_an_error() {
    for bytes in damaged(&golden("journal-2.bin")) {
        assert!(decode_events(&bytes).is_err());
    }
    for bytes in damaged(&golden("snapshot-2.bin")) {
        assert!(decode_snapshot(&bytes).is_err());
    }
}

#[test]
fn an_unknown_format_and_another_kind_are_named() {
    let mut row = golden("journal-2.bin").to_vec();
    assert_eq!(decode_snapshot(&row).err(), Some(CodecError::Foreign));
    for format in [1, 9] {
        row[3] = format;
        assert_eq!(decode_events(&row), Err(CodecError::Format(format.into())));
    }
    assert_eq!(decode_events(b""), Err(CodecError::Foreign));
    assert_eq!(decode_events(b"CJE\x02\0\0\0\0\0"), Ok(vec![]), "a row without events");
}
