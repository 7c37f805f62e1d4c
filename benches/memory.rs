//! Memory of a person who answered ten polls, published seat included, by the bytes allocated.

#[path = "support/fixture.rs"]
mod fixture;

use std::sync::Arc;

use caja_actors::{codec::encode_snapshot, journal::SnapshotRow, registry::Registry};

use fixture::{AT, Fixture, Shelf, StoppedClock};

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

const PEOPLE: u32 = 10_000;
const POLLS: u32 = 10;

fn main() {
    let fixture = Fixture::after_polls(PEOPLE, POLLS);
    let (id, seq) = (fixture.session.id(), fixture.session.seq());
    let state = encode_snapshot(&fixture.session);
    let state_len = state.len();
    drop(fixture);
    let shelf = Shelf { snapshot: Some(SnapshotRow { seq, taken_at: AT, state }), rows: vec![] };

    let system = actix::System::new();
    let _profiler = dhat::Profiler::builder().testing().build();
    let url = Box::new(|code: &str| format!("http://caja.example/j/{code}"));
    let registry = Registry::start(Arc::new(shelf), Arc::new(StoppedClock), 1, url);
    system.block_on(registry.activate(id)).expect("it is there");
    let present = system.block_on(registry.read(id, |session| session.people().present()));
    assert_eq!(present.ok(), Some(PEOPLE));

    let live = dhat::HeapStats::get().curr_bytes;
    println!("{PEOPLE} participants with {POLLS} answers each:");
    println!("  in memory    {} bytes for each", live / PEOPLE as usize);
    println!("  in snapshot  {} bytes for each", state_len / PEOPLE as usize);
}
