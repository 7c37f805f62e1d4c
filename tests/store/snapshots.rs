//! Snapshots: which are kept, how far the journal is cut, and what erasure leaves.

use std::time::{Duration, Instant};

use bytes::Bytes;
use caja::store::{OpenOptions, open};
use caja_actors::{
    journal::{JournalError, SnapshotRow},
    session::{Seq, SessionId},
};
use uuid::Uuid;

use crate::{
    live::{announce, join, open_session, registry},
    on_both,
    sample::{AT, all_rows, owned_session, row, seqs},
    sql::{is_sqlite, places_with, run},
    support::TestStore,
};

on_both!(
    a_snapshot_and_its_base_are_kept_and_the_journal_is_cut_at_the_base,
    a_snapshot_made_past_a_damaged_one_keeps_the_one_it_was_made_from,
    a_snapshot_that_was_overtaken_is_not_kept,
    a_snapshot_can_be_asked_for_by_its_place,
    a_long_journal_is_cut_while_others_append,
    erasure_leaves_one_snapshot_and_nothing_of_the_past,
    what_was_erased_is_in_no_stored_byte,
    who_lost_a_session_erases_nothing,
);

fn snapshot(seq: u64) -> SnapshotRow {
    SnapshotRow { seq: Seq(seq), taken_at: AT, state: format!("state {seq}").into_bytes().into() }
}

/// A session with the events 1 to 9, and what its journal has.
async fn nine_events(test: &TestStore) -> SessionId {
    let (session, epoch) = owned_session(&*test.store, "1").await;
    for seq in 2..10 {
        test.store.append(row(session, epoch, seq)).await.unwrap();
    }
    session
}

async fn journal(test: &TestStore, session: SessionId) -> Vec<u64> {
    seqs(&all_rows(&*test.store, session).await)
}

/// The places of all snapshots, newest first.
async fn kept(test: &TestStore, session: SessionId) -> Vec<u64> {
    let (mut kept, mut up_to) = (vec![], None);
    while let Some(found) = test.store.snapshot(session, up_to).await.unwrap() {
        kept.push(found.seq.0);
        up_to = Some(Seq(found.seq.0 - 1));
    }
    kept
}

async fn a_snapshot_and_its_base_are_kept_and_the_journal_is_cut_at_the_base(test: TestStore) {
    let session = nine_events(&test).await;
    let (other, _) = owned_session(&*test.store, "2").await;

    test.store.save_snapshot(session, snapshot(3), None).await.unwrap();
    assert_eq!(journal(&test, session).await, (1..10).collect::<Vec<_>>(), "nothing is behind it");
    test.store.save_snapshot(session, snapshot(5), Some(Seq(3))).await.unwrap();
    assert_eq!(journal(&test, session).await, (4..10).collect::<Vec<_>>());
    test.store.save_snapshot(session, snapshot(8), Some(Seq(5))).await.unwrap();
    assert_eq!(journal(&test, session).await, (6..10).collect::<Vec<_>>());

    assert_eq!(kept(&test, session).await, [8, 5]);
    assert_eq!(test.store.snapshot(session, None).await.unwrap(), Some(snapshot(8)));
    assert_eq!(journal(&test, other).await, [1]);
}

async fn a_snapshot_made_past_a_damaged_one_keeps_the_one_it_was_made_from(test: TestStore) {
    let session = nine_events(&test).await;
    test.store.save_snapshot(session, snapshot(3), None).await.unwrap();
    test.store.save_snapshot(session, snapshot(5), Some(Seq(3))).await.unwrap();

    // The one at 5 could not be read.
    test.store.save_snapshot(session, snapshot(9), Some(Seq(3))).await.unwrap();

    assert_eq!(kept(&test, session).await, [9, 3]);
    assert_eq!(journal(&test, session).await, (4..10).collect::<Vec<_>>());
    // Nor could any other.
    test.store.save_snapshot(session, snapshot(9), None).await.unwrap();
    assert_eq!(kept(&test, session).await, [9]);
}

async fn a_snapshot_that_was_overtaken_is_not_kept(test: TestStore) {
    let session = nine_events(&test).await;
    test.store.save_snapshot(session, snapshot(3), None).await.unwrap();
    test.store.save_snapshot(session, snapshot(6), Some(Seq(3))).await.unwrap();
    test.store.save_snapshot(session, snapshot(8), Some(Seq(6))).await.unwrap();

    test.store.save_snapshot(session, snapshot(7), Some(Seq(6))).await.unwrap();
    assert_eq!(kept(&test, session).await, [8, 6], "a newer one is there");
    test.store.save_snapshot(session, snapshot(9), Some(Seq(3))).await.unwrap();
    assert_eq!(kept(&test, session).await, [8, 6], "its base is gone");

    assert_eq!(journal(&test, session).await, (7..10).collect::<Vec<_>>());
}

async fn a_snapshot_can_be_asked_for_by_its_place(test: TestStore) {
    let (session, _) = owned_session(&*test.store, "1").await;
    assert_eq!(test.store.snapshot(session, None).await.unwrap(), None);
    test.store.save_snapshot(session, snapshot(1), None).await.unwrap();
    let again = SnapshotRow { state: Bytes::from_static(b"again"), ..snapshot(1) };

    test.store.save_snapshot(session, again.clone(), None).await.unwrap();

    assert_eq!(test.store.snapshot(session, Some(Seq(1))).await.unwrap(), Some(again));
    assert_eq!(test.store.snapshot(session, Some(Seq(0))).await.unwrap(), None);
    let nobody = SessionId(Uuid::now_v7());
    let missing = test.store.save_snapshot(nobody, snapshot(1), None).await;
    assert!(matches!(missing, Err(JournalError::NotFound(_))));
}

/// Lengthens the journal of the session that has one row, up to this event.
async fn lengthen(test: &TestStore, session: SessionId, last: u64) {
    let id = if is_sqlite(test) {
        format!("x'{}'", session.0.simple())
    } else {
        format!("'{}'", session.0)
    };
    let sql = format!(
        "insert into journal (session_id, seq, count, epoch, at_ms, events) \
         with recursive n (x) as (select 2 union all select x + 1 from n where x < {last}) \
         select session_id, x, 1, 1, 0, events from journal, n \
         where seq = 1 and session_id = {id}"
    );
    run(test, &sql).await;
}

async fn a_long_journal_is_cut_while_others_append(test: TestStore) {
    const EVENTS: u64 = 100_000;
    let (session, _) = owned_session(&*test.store, "1").await;
    let (other, epoch) = owned_session(&*test.store, "2").await;
    lengthen(&test, session, EVENTS).await;
    test.store.save_snapshot(session, snapshot(EVENTS - 1), None).await.unwrap();

    let store = test.store.clone();
    let cut = tokio::spawn(async move {
        store.save_snapshot(session, snapshot(EVENTS), Some(Seq(EVENTS - 1))).await
    });
    let (mut seq, mut slowest) = (1, Duration::ZERO);
    while !cut.is_finished() {
        seq += 1;
        let begun = Instant::now();
        test.store.append(row(other, epoch, seq)).await.unwrap();
        slowest = slowest.max(begun.elapsed());
    }

    cut.await.unwrap().unwrap();
    println!("{seq} appends while {EVENTS} events were cut, the slowest took {slowest:?}");
    assert!(seq > 10, "{seq} appends came in between");
    assert_eq!(journal(&test, session).await, [EVENTS]);
    assert_eq!(journal(&test, other).await.len() as u64, seq);
}

async fn erasure_leaves_one_snapshot_and_nothing_of_the_past(test: TestStore) {
    let session = nine_events(&test).await;
    let (other, _) = owned_session(&*test.store, "2").await;
    test.store.save_snapshot(session, snapshot(3), None).await.unwrap();
    test.store.save_snapshot(session, snapshot(5), Some(Seq(3))).await.unwrap();

    test.store.forget_before(session, snapshot(7)).await.unwrap();

    assert_eq!(kept(&test, session).await, [7]);
    assert_eq!(journal(&test, session).await, [8, 9]);
    assert_eq!(journal(&test, other).await, [1]);
    // A snapshot that was under way meanwhile brings nothing back.
    test.store.save_snapshot(session, snapshot(6), Some(Seq(5))).await.unwrap();
    assert_eq!(kept(&test, session).await, [7]);
    test.store.forget_before(session, snapshot(9)).await.unwrap();
    assert_eq!(kept(&test, session).await, [9]);
    assert!(journal(&test, session).await.is_empty());
    let missing = test.store.forget_before(SessionId(Uuid::now_v7()), snapshot(1)).await;
    assert!(matches!(missing, Err(JournalError::NotFound(_))));
}

async fn what_was_erased_is_in_no_stored_byte(test: TestStore) {
    const MARKER: &str = "Quetzalcoatlus";
    let registry = registry(&test.store);
    let session = open_session(&test.store, &registry, "1").await;
    // So much that snapshots are taken and pages are split, joined and freed.
    let long = |n: usize| format!("{n} {} {MARKER} {n}", "-".repeat(n * 37 % 9_000));
    for n in 0..400 {
        registry.ask(session, announce(&long(n)), AT).await.unwrap();
        registry.ask(session, join(&format!("Person {n}")), AT).await.unwrap();
    }
    assert!(places_with(&test, MARKER).await > 0, "the test can see it");

    registry.ask(session, announce("Nothing"), AT).await.unwrap();
    registry.scrub(session).await.unwrap();

    assert_eq!(places_with(&test, MARKER).await, 0);
    let present =
        async || registry.study(session, |session| session.people().present()).await.unwrap();
    assert_eq!(present().await, 400);
    registry.ask(session, join("One more"), AT).await.unwrap();
    assert_eq!(present().await, 401);
}

async fn who_lost_a_session_erases_nothing(test: TestStore) {
    let session = nine_events(&test).await;
    let other_node = open(&test.url, &OpenOptions::beside()).await.unwrap();
    other_node.take_over(session).await.unwrap();

    let refused = test.store.forget_before(session, snapshot(9)).await;

    assert!(matches!(refused, Err(JournalError::Fenced(id)) if id == session));
    assert_eq!(journal(&test, session).await, (1..10).collect::<Vec<_>>());
}
