//! Memory of a person who answered ten times, published seat included, by the bytes allocated.

#[path = "support/fixture.rs"]
mod fixture;
#[path = "support/record.rs"]
mod record;

use std::sync::Arc;

use caja_actors::{codec::encode_snapshot, journal::SnapshotRow, registry::Registry};

use fixture::{AT, Fixture, Shelf, StoppedClock};
use record::record;
use serde_json::json;

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

const PEOPLE: u32 = 10_000;
const ANSWERS: u32 = 10;

fn main() {
    let system = actix::System::new();
    measure(&system, "ten polls", Fixture::after_polls(PEOPLE, ANSWERS));
    measure(&system, "a quiz of ten questions", Fixture::after_quiz(PEOPLE, ANSWERS));
    measure(&system, "ten rounds of poker", Fixture::after_poker(PEOPLE, ANSWERS));
}

fn measure(system: &actix::SystemRunner, what: &str, fixture: Fixture) {
    let (id, seq) = (fixture.session.id(), fixture.session.seq());
    let state = encode_snapshot(&fixture.session);
    let state_len = state.len();
    drop(fixture);
    let shelf = Shelf { snapshot: Some(SnapshotRow { seq, taken_at: AT, state }), rows: vec![] };

    let _profiler = dhat::Profiler::builder().testing().build();
    let url = Box::new(|code: &str| format!("http://caja.example/j/{code}"));
    let registry = Registry::start(Arc::new(shelf), Arc::new(StoppedClock), 1, url);
    system.block_on(registry.activate(id)).expect("it is there");
    let present = system.block_on(registry.read(id, |session| session.people().present()));
    assert_eq!(present.ok(), Some(PEOPLE));

    let live = dhat::HeapStats::get().curr_bytes;
    let (live, stored) = (live / PEOPLE as usize, state_len / PEOPLE as usize);
    println!("{PEOPLE} participants after {what}:");
    println!("  in memory    {live} bytes for each");
    println!("  in snapshot  {stored} bytes for each");
    record("memory", &json!({"name": what, "bytes": live, "snapshot_bytes": stored}));
}
