//! What is looked after beside the sessions: the archive, retention, remains, and the jump.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use caja::{
    archivist::{Archivist, Deleted},
    store::{
        Archive, ArchivedActivity, ArchivedParticipant, ArchivedResponse, Expiry, Jump,
        OpenOptions, Store, open,
    },
};
use caja_actors::{
    journal::{Append, SnapshotRow},
    registry::Registry,
    session::{Command, Epoch, Header, Seq, SessionId, SessionStatus, Timestamp, Version},
};
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::{
    live::{join, open_session, registry},
    on_both,
    sample::{AT, header, owned_session, row, runner_token},
    sql::{is_sqlite, number, pairs, run},
    support::{TestStore, eventually},
};

on_both!(
    an_archive_reads_back_as_it_was_written,
    an_archive_is_written_only_of_the_session_that_was_read,
    a_large_archive_holds_up_no_vote,
    what_is_erased_meanwhile_is_not_in_the_archive,
    a_change_after_completion_makes_the_archive_stale,
    erasing_takes_the_archive_away_until_it_is_written_again,
    completed_sessions_are_archived_once_and_the_unreadable_holds_up_nobody,
    a_deleted_session_leaves_no_row_in_any_table,
    a_deletion_that_was_cut_short_is_finished_later,
    sessions_leave_when_they_are_kept_long_enough,
    retention_of_zero_days_keeps_everything,
    after_a_jump_no_version_is_one_that_a_client_has_seen,
    jumps_end_before_versions_do,
    a_live_lease_is_a_server,
);

const DAY_MS: u64 = 86_400_000;

fn json(text: &str) -> Box<RawValue> {
    RawValue::from_string(text.to_owned()).unwrap()
}

/// An archive of a session with one activity, two people and `responses` answers.
fn archive(session: SessionId, seq: u64, responses: usize) -> Archive {
    let activity_id = Uuid::from_u128(7);
    let person = |n: u128, nickname: &str| ArchivedParticipant {
        participant_id: Uuid::from_u128(n),
        nickname: nickname.to_owned(),
        spectator: n == 2,
        status: "present",
        joined_ms: AT.plus_ms(678),
    };
    let response = |no| ArchivedResponse {
        no,
        activity_id,
        item_id: (no == 1).then(|| "q1".to_owned()),
        round: 3,
        participant_id: (no == 1).then(|| Uuid::from_u128(1)),
        answer: (no != 2).then(|| json(r#"{"text":"A \"quoted\" \u0000 \\u0000 answer"}"#)),
        correct: (no == 1).then_some(true),
        points: (no == 1).then_some(950),
        answered_ms: AT.plus_ms(999),
        response_ms: (no == 1).then_some(1_234),
    };
    Archive {
        session,
        seq: Seq(seq),
        at: AT.plus_ms(5),
        activities: vec![ArchivedActivity {
            activity_id,
            position: 1,
            kind: "quiz",
            title: "A 'quiz'; -- \0".to_owned(),
            config: json(r#"{"questions":[]}"#),
            status: "expired",
            round: 4,
            created_ms: AT,
            published_ms: None,
            activated_ms: Some(AT.plus_ms(1)),
            expired_ms: Some(AT.plus_ms(2)),
        }],
        participants: vec![person(1, "Ada"), person(2, "Zoë 🎈")],
        responses: (1..=responses).map(response).collect(),
    }
}

fn completed(at: Timestamp) -> Header {
    Header {
        status: SessionStatus::Completed,
        completed_at: Some(at),
        opened_at: Some(AT),
        ..header("Over")
    }
}

/// A session that was completed by its second event.
async fn completed_session(store: &dyn Store, code: &str, at: Timestamp) -> (SessionId, Epoch) {
    let (session, epoch) = owned_session(store, code).await;
    let last = Append { at, header: Some(completed(at)), ..row(session, epoch, 2) };
    store.append(last).await.unwrap();
    (session, epoch)
}

async fn unarchived(store: &dyn Store) -> Vec<SessionId> {
    store.unarchived(None, 100).await.unwrap().into_iter().map(|(_, id)| id).collect()
}

/// A time in SQL as text, in the form that both databases are compared in.
fn time(test: &TestStore, column: &str) -> String {
    if is_sqlite(test) {
        column.to_owned()
    } else {
        format!("to_char({column} at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')")
    }
}

async fn an_archive_reads_back_as_it_was_written(test: TestStore) {
    let (session, _) = completed_session(&*test.store, "1", AT).await;

    assert!(test.store.archive(&archive(session, 2, 2_500)).await.unwrap());

    let id = if is_sqlite(&test) { "hex(participant_id)" } else { "participant_id::text" };
    let people = pairs(&test, "select nickname, status from participants order by nickname").await;
    assert_eq!(people, [("Ada".into(), "present".into()), ("Zoë 🎈".into(), "present".into())]);
    let joined = time(&test, "joined_at");
    let times = pairs(
        &test,
        &format!("select {joined}, nickname from participants where spectator = (1 = 1)"),
    )
    .await;
    assert_eq!(times, [("2027-01-15T08:00:00.678Z".into(), "Zoë 🎈".into())]);
    let titles = pairs(&test, "select title, type from activities where expired_at is not null");
    assert_eq!(titles.await, [("A 'quiz'; -- \u{fffd}".into(), "quiz".into())]);
    let answered = time(&test, "answered_at");
    let named = format!("select {id}, {answered} from responses where correct = (1 = 1)");
    let (who, when) = pairs(&test, &named).await.remove(0);
    assert_eq!(who.replace('-', "").parse(), Ok(Uuid::from_u128(1)));
    assert_eq!(when, "2027-01-15T08:00:00.999Z");
    let texts = "select answer->>'text', item_id from responses where points = 950 \
                 and response_ms = 1234 and round = 3";
    assert_eq!(
        pairs(&test, texts).await,
        [("A \"quoted\" \u{fffd} \\u0000 answer".into(), "q1".into())]
    );
    assert_eq!(number(&test, "select count(*) from responses").await, 2_500);
    assert_eq!(number(&test, "select count(*) from responses where answer is null").await, 1);
    let anonymous = "select count(*) from responses where participant_id is null";
    assert_eq!(number(&test, anonymous).await, 2_499);
    assert_eq!(number(&test, "select archived_ms from sessions").await, AT.0 as i64 + 5);
    assert_eq!(
        number(&test, "select count(*) from activities where published_at is null").await,
        1
    );
}

async fn an_archive_is_written_only_of_the_session_that_was_read(test: TestStore) {
    let (session, epoch) = completed_session(&*test.store, "1", AT).await;
    let (open, _) = owned_session(&*test.store, "2").await;
    let archived = async |it: Archive| test.store.archive(&it).await.unwrap();

    assert!(!archived(archive(session, 1, 5)).await, "it has gone on");
    assert!(!archived(archive(session, 3, 5)).await, "it never was so far");
    assert!(!archived(archive(open, 1, 5)).await, "it is not completed");
    assert!(!archived(archive(SessionId(Uuid::now_v7()), 1, 5)).await, "there is none");
    assert_eq!(number(&test, "select count(*) from responses").await, 0);

    assert!(archived(archive(session, 2, 5)).await);
    assert!(archived(archive(session, 2, 4)).await, "again, in its place");
    assert_eq!(number(&test, "select count(*) from responses").await, 4);
    assert!(unarchived(&*test.store).await.is_empty());
    test.store.append(row(session, epoch, 3)).await.unwrap();
    assert!(!archived(archive(session, 2, 5)).await);
}

/// A large archive, and votes of others while it is written and removed.
async fn a_large_archive_holds_up_no_vote(test: TestStore) {
    const ANSWERS: usize = 60_000;
    let (session, _) = completed_session(&*test.store, "1", AT).await;
    let (other, epoch) = owned_session(&*test.store, "2").await;
    let store = test.store.clone();
    let work = tokio::spawn(async move {
        assert!(store.archive(&archive(session, 2, ANSWERS)).await.unwrap());
        assert!(store.delete_session(session).await.unwrap());
    });
    let (mut seq, mut slowest) = (1, Duration::ZERO);
    while !work.is_finished() {
        seq += 1;
        let begun = Instant::now();
        test.store.append(row(other, epoch, seq)).await.unwrap();
        slowest = slowest.max(begun.elapsed());
    }

    work.await.unwrap();
    println!("{seq} votes while {ANSWERS} answers came and went, the slowest took {slowest:?}");
    assert!(seq > 60, "{seq} votes came in between");
}

/// Somebody is erased while the archive with their words is written.
async fn what_is_erased_meanwhile_is_not_in_the_archive(test: TestStore) {
    let (session, epoch) = completed_session(&*test.store, "1", AT).await;
    for seq in 3..23 {
        let store = test.store.clone();
        let writing =
            tokio::spawn(
                async move { store.archive(&archive(session, seq - 1, 8_000)).await.unwrap() },
            );
        tokio::time::sleep(Duration::from_millis(seq * 3)).await;
        let erasing = Append { header: Some(completed(AT)), ..row(session, epoch, seq) };
        test.store.append(erasing).await.unwrap();
        let snapshot = SnapshotRow { seq: Seq(seq), taken_at: AT, state: "state".into() };
        test.store.forget_before(session, snapshot).await.unwrap();

        writing.await.unwrap();
        assert_eq!(number(&test, "select count(*) from responses").await, 0);
        assert_eq!(unarchived(&*test.store).await, [session]);
    }
}

async fn a_change_after_completion_makes_the_archive_stale(test: TestStore) {
    let (session, epoch) = completed_session(&*test.store, "1", AT).await;
    let (other, _) = completed_session(&*test.store, "2", AT.plus_ms(1)).await;
    assert_eq!(unarchived(&*test.store).await, [session, other]);
    assert!(test.store.archive(&archive(session, 2, 1)).await.unwrap());
    assert_eq!(unarchived(&*test.store).await, [other]);

    let change = Append { header: Some(completed(AT)), ..row(session, epoch, 3) };
    test.store.append(change).await.unwrap();

    assert_eq!(unarchived(&*test.store).await, [session, other]);
    let first = test.store.unarchived(None, 1).await.unwrap();
    let second = test.store.unarchived(Some(first[0]), 1).await.unwrap();
    assert_eq!((first[0].1, second[0].1), (session, other));
}

async fn erasing_takes_the_archive_away_until_it_is_written_again(test: TestStore) {
    let (session, _) = completed_session(&*test.store, "1", AT).await;
    assert!(test.store.archive(&archive(session, 2, 3)).await.unwrap());

    let snapshot = SnapshotRow { seq: Seq(2), taken_at: AT, state: "state".into() };
    test.store.forget_before(session, snapshot).await.unwrap();

    for table in ["activities", "participants", "responses", "journal"] {
        assert_eq!(number(&test, &format!("select count(*) from {table}")).await, 0, "{table}");
    }
    assert_eq!(unarchived(&*test.store).await, [session]);
    assert!(test.store.archive(&archive(session, 2, 3)).await.unwrap(), "without any journal");
}

/// The archivist of a store, which keeps sessions for so many days.
fn archivist(test: &TestStore, days: u32) -> (Archivist, Arc<Registry>) {
    let registry = registry(&test.store);
    (Archivist::new(test.store.clone(), registry.clone(), days), registry)
}

async fn completed_sessions_are_archived_once_and_the_unreadable_holds_up_nobody(test: TestStore) {
    let (archivist, registry) = archivist(&test, 0);
    // Its rows are no events.
    completed_session(&*test.store, "0", Timestamp(1)).await;
    for code in 1..=20 {
        let session = open_session(&test.store, &registry, &code.to_string()).await;
        registry.ask(session, join("Ada"), AT).await.unwrap();
        registry.ask(session, Command::Complete, AT).await.unwrap();
    }

    assert_eq!(archivist.archive(AT).await.unwrap(), 20);

    assert_eq!(archivist.archive(AT).await.unwrap(), 0);
    assert_eq!(number(&test, "select count(*) from participants").await, 20);
    assert_eq!(number(&test, "select count(*) from sessions where archived_ms is null").await, 1);
}

/// Rows of all tables that have to do with sessions, beside the sessions themselves.
async fn rows_left(test: &TestStore) -> i64 {
    let mut rows = 0;
    for table in [
        "journal",
        "snapshots",
        "codes",
        "runner_tokens",
        "activities",
        "participants",
        "responses",
        "remains",
    ] {
        rows += number(test, &format!("select count(*) from {table}")).await;
    }
    rows
}

async fn session_with_everything(test: &TestStore, code: &str, at: Timestamp) -> SessionId {
    let (session, _) = completed_session(&*test.store, code, at).await;
    test.store.create_runner_token(runner_token(session, 7)).await.unwrap();
    let snapshot = SnapshotRow { seq: Seq(2), taken_at: AT, state: "state".into() };
    test.store.save_snapshot(session, snapshot, None).await.unwrap();
    assert!(test.store.archive(&archive(session, 2, 5_000)).await.unwrap());
    session
}

async fn a_deleted_session_leaves_no_row_in_any_table(test: TestStore) {
    let session = session_with_everything(&test, "1", AT).await;
    assert!(rows_left(&test).await > 5_000);

    assert!(test.store.delete_session(session).await.unwrap());

    assert_eq!(rows_left(&test).await, 0);
}

async fn a_deletion_that_was_cut_short_is_finished_later(test: TestStore) {
    let (archivist, _) = archivist(&test, 0);
    let session = session_with_everything(&test, "1", AT).await;
    // As a process leaves it that dies in the middle.
    run(&test, "insert into remains (session_id) select id from sessions").await;
    run(&test, "delete from sessions").await;
    run(&test, "delete from codes").await;
    assert_eq!(test.store.remains(10).await.unwrap(), [session]);

    assert_eq!(archivist.sweep().await.unwrap(), 1);

    assert_eq!(rows_left(&test).await, 0);
}

async fn sessions_leave_when_they_are_kept_long_enough(test: TestStore) {
    let (archivist, registry) = archivist(&test, 90);
    let old = session_with_everything(&test, "1", AT).await;
    let (recent, _) = completed_session(&*test.store, "2", AT.plus_ms(1)).await;
    let abandoned = open_session(&test.store, &registry, "3").await;
    let (draft, _) = owned_session(&*test.store, "4").await;
    // Opened as long ago, but something happened since.
    let lively = open_session(&test.store, &registry, "5").await;
    registry.ask(lively, join("Ada"), AT.plus_ms(9)).await.unwrap();
    let is_there = async |id| test.store.session(id).await.unwrap().is_some();

    let kept = archivist.retain(AT.plus_ms(90 * DAY_MS)).await.unwrap();
    assert_eq!(kept, Deleted::default(), "each has a millisecond left");
    let deleted = archivist.retain(AT.plus_ms(90 * DAY_MS + 1)).await.unwrap();

    assert_eq!(deleted, Deleted { completed: 1, abandoned: 1 });
    assert!(!is_there(old).await && !is_there(abandoned).await);
    assert!(is_there(recent).await && is_there(draft).await && is_there(lively).await);
    assert!(registry.published(abandoned).is_none());
    assert_eq!(number(&test, "select count(*) from responses").await, 0);
    let later = AT.plus_ms(10_000 * DAY_MS);
    assert_eq!(archivist.retain(later).await.unwrap(), Deleted { completed: 1, abandoned: 1 });
    assert!(is_there(draft).await);
    let nothing = test.store.expired(later, 10).await.unwrap();
    assert_eq!(nothing, [] as [(SessionId, Expiry); 0]);
}

async fn retention_of_zero_days_keeps_everything(test: TestStore) {
    let (archivist, _) = archivist(&test, 0);
    completed_session(&*test.store, "1", AT).await;

    let deleted = archivist.retain(AT.plus_ms(100_000 * DAY_MS)).await.unwrap();

    assert_eq!(deleted, Deleted::default());
}

async fn after_a_jump_no_version_is_one_that_a_client_has_seen(test: TestStore) {
    let (session, before) = owned_session(&*test.store, "1").await;
    // The backup is of this moment; what clients saw afterwards is lost.
    let mut seen = before;
    for _ in 0..50 {
        seen = test.store.take_over(session).await.unwrap().epoch;
    }
    run(&test, "update sessions set epoch = 1").await;
    run(&test, "insert into nodes (id, url, lease_until_ms) select id, '', 1 from sessions").await;

    let jump = test.store.jump().await.unwrap();

    assert_eq!(jump, Jump::Done { sessions: 1, jumps_left: 61 });
    let restored = test.store.take_over(session).await.unwrap().epoch;
    assert!(Version::first_of(restored) > Version::last_safe_of(seen));
    assert!(Version::first_of(restored).0 < 1 << 53);
    assert_eq!(number(&test, "select count(*) from nodes").await, 0);
}

async fn jumps_end_before_versions_do(test: TestStore) {
    let (session, _) = owned_session(&*test.store, "1").await;
    for left in (0..=61).rev() {
        assert_eq!(test.store.jump().await.unwrap(), Jump::Done { sessions: 1, jumps_left: left });
    }
    let last = test.store.take_over(session).await.unwrap().epoch;
    assert!(last.0 + Epoch::RESTORE_JUMP / 2 < Epoch::COUNT, "there is room to go on");

    assert_eq!(test.store.jump().await.unwrap(), Jump::UsedUp);

    assert_eq!(
        test.store.take_over(session).await.unwrap().epoch.0,
        last.0 + 1,
        "nothing happened"
    );
}

async fn a_live_lease_is_a_server(test: TestStore) {
    let alone = match is_sqlite(&test) {
        true => OpenOptions::beside(),
        false => OpenOptions::alone(),
    };
    // A server's own connections show on PostgreSQL, and on SQLite its lock does.
    let store = open(&test.url, &alone).await.unwrap();
    match is_sqlite(&test) {
        true => assert!(open(&test.url, &OpenOptions::alone()).await.is_err()),
        false => {
            eventually("the server shows", async || store.has_server(AT).await.unwrap()).await;
        }
    }
    let lease = format!(
        "insert into nodes (id, url, lease_until_ms) select id, '', {} from sessions",
        AT.0
    );
    owned_session(&*store, "1").await;
    run(&test, &lease).await;
    let TestStore { store: server, url, folder } = test;
    drop(server);

    eventually("the server's connections end", async || !store.has_server(AT).await.unwrap()).await;
    assert!(store.has_server(Timestamp(AT.0 - 1)).await.unwrap());
    drop((url, folder));
}
