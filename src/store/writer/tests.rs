use std::{
    collections::{BTreeSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard},
};

use bytes::Bytes;
use caja_actors::session::{Epoch, Seq, Timestamp};
use futures_util::future::join_all;
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::*;

/// A journal in memory that fails on demand and waits for a permit before each insert.
#[derive(Clone)]
struct Memory {
    state: Arc<Mutex<State>>,
    permits: Arc<Semaphore>,
}

#[derive(Default)]
struct State {
    journal: BTreeSet<(Uuid, u64)>,
    /// How many rows each insert had.
    inserts: Vec<usize>,
    locked: BTreeSet<Uuid>,
    poisonous: BTreeSet<Uuid>,
    /// What the next inserts do instead of succeeding.
    mishaps: VecDeque<Mishap>,
}

enum Mishap {
    RolledBack,
    CommittedButAnswerLost,
}

impl Memory {
    fn new(permits: usize) -> Self {
        Self { state: Arc::default(), permits: Arc::new(Semaphore::new(permits)) }
    }

    fn writer(&self) -> (Writer, Health) {
        let health = Health::reached();
        (Writer::start(self.clone(), health.clone()), health)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Waits until the first insert has begun, with one row.
    async fn first_insert(&self) {
        until(|| self.state().inserts == [1]).await;
    }
}

const TIME_OUT: Duration = Duration::from_secs(10);

async fn until(check: impl Fn() -> bool) {
    let waiting = async {
        while !check() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(TIME_OUT, waiting).await.expect("it happens");
}

async fn answers(
    appends: impl IntoIterator<Item = BoxFuture<'static, Result<(), JournalError>>>,
) -> Vec<Result<(), JournalError>> {
    tokio::time::timeout(TIME_OUT, join_all(appends)).await.expect("every append is answered")
}

fn all_durable(answers: &[Result<(), JournalError>]) -> bool {
    answers.iter().all(Result::is_ok)
}

fn failed(outcome: Outcome) -> Failure {
    Failure { outcome, source: "a mishap".into() }
}

impl Commit for Memory {
    async fn insert(&mut self, rows: &[&Append]) -> Result<HashSet<SessionId>, Failure> {
        self.state().inserts.push(rows.len());
        self.permits.acquire().await.unwrap().forget();
        let mut state = self.state();
        let mishap = state.mishaps.pop_front();
        if let Some(Mishap::RolledBack) = mishap {
            return Err(failed(Outcome::RolledBack));
        }
        if rows.iter().any(|row| state.poisonous.contains(&row.session.0)) {
            return Err(failed(Outcome::Refused));
        }
        let mut accepted = HashSet::new();
        for row in rows.iter().filter(|row| row.epoch == Epoch(1)) {
            if !state.locked.contains(&row.session.0)
                && state.journal.insert((row.session.0, row.last.0))
            {
                accepted.insert(row.session);
            }
        }
        match mishap {
            Some(Mishap::CommittedButAnswerLost) => Err(failed(Outcome::Unknown)),
            _ => Ok(accepted),
        }
    }

    async fn settle(&mut self, rows: &[&Append]) -> Result<Vec<Verdict>, Failure> {
        let state = self.state();
        let verdict = |row: &&Append| match row {
            row if state.journal.contains(&(row.session.0, row.last.0)) => Verdict::Durable,
            row if state.locked.contains(&row.session.0) => Verdict::Locked,
            row if row.epoch == Epoch(1) => Verdict::Absent,
            _ => Verdict::Fenced,
        };
        Ok(rows.iter().map(verdict).collect())
    }
}

fn row(session: u128) -> Append {
    Append {
        session: SessionId(Uuid::from_u128(session)),
        epoch: Epoch(1),
        last: Seq(2),
        count: 1,
        at: Timestamp(0),
        events: Bytes::from_static(b"vote"),
        header: None,
    }
}

const PLENTY: usize = 1_000_000;

#[tokio::test]
async fn rows_that_wait_during_a_commit_share_the_next_one() {
    let memory = Memory::new(0);
    let (writer, _) = memory.writer();
    let mut appends = vec![writer.append(row(0))];
    memory.first_insert().await;

    appends.extend((1..1_000).map(|session| writer.append(row(session))));
    memory.permits.add_permits(2);

    assert!(all_durable(&answers(appends).await));
    assert_eq!(memory.state().inserts, [1, 999]);
}

#[tokio::test]
async fn a_commit_has_a_limit_of_rows() {
    let memory = Memory::new(0);
    let (writer, _) = memory.writer();
    let mut appends = vec![writer.append(row(0))];
    memory.first_insert().await;

    appends.extend((1..5_001).map(|session| writer.append(row(session))));
    memory.permits.add_permits(3);

    assert!(all_durable(&answers(appends).await));
    assert_eq!(memory.state().inserts, [1, MOST_ROWS, 5_000 - MOST_ROWS]);
}

#[tokio::test]
async fn a_commit_has_a_limit_of_bytes() {
    let memory = Memory::new(0);
    let (writer, _) = memory.writer();
    let mut appends = vec![writer.append(row(0))];
    memory.first_insert().await;

    let large = Bytes::from(vec![0; 3 << 20]);
    let large = |session| Append { events: large.clone(), ..row(session) };
    appends.extend((1..5).map(|session| writer.append(large(session))));
    memory.permits.add_permits(3);

    assert!(all_durable(&answers(appends).await));
    assert_eq!(memory.state().inserts, [1, 3, 1]);
}

#[tokio::test]
async fn a_rolled_back_commit_is_tried_again_and_the_health_says_so() {
    let memory = Memory::new(2);
    memory.state().mishaps.extend([Mishap::RolledBack, Mishap::RolledBack]);
    let (writer, health) = memory.writer();
    let append = writer.append(row(1));
    memory.first_insert().await;
    until(|| !health.now().reachable).await;

    memory.permits.add_permits(PLENTY);
    assert!(all_durable(&answers([append]).await));
    assert_eq!(memory.state().inserts.len(), 3);
    until(|| health.now().reachable).await;
}

#[tokio::test]
async fn a_commit_whose_answer_was_lost_is_not_written_again() {
    let memory = Memory::new(PLENTY);
    memory.state().mishaps.push_back(Mishap::CommittedButAnswerLost);
    let (writer, _) = memory.writer();

    assert!(all_durable(&answers([writer.append(row(1))]).await));
    assert_eq!(memory.state().inserts.len(), 1);
}

#[tokio::test]
async fn a_row_that_the_database_refuses_fails_alone() {
    let memory = Memory::new(0);
    memory.state().poisonous.insert(Uuid::from_u128(7));
    let (writer, _) = memory.writer();
    let mut appends = vec![writer.append(row(0))];
    memory.first_insert().await;

    appends.extend((1..10).map(|session| writer.append(row(session))));
    memory.permits.add_permits(PLENTY);

    for (session, result) in answers(appends).await.into_iter().enumerate() {
        match result {
            Err(JournalError::Damaged { .. }) => assert_eq!(session, 7),
            other => other.unwrap(),
        }
    }
}

#[tokio::test]
async fn a_locked_session_waits_while_others_go_on() {
    let memory = Memory::new(PLENTY);
    memory.state().locked.insert(Uuid::from_u128(1));
    let (writer, _) = memory.writer();
    let locked = writer.append(row(1));

    for session in 2..10 {
        assert!(all_durable(&answers([writer.append(row(session))]).await));
    }
    memory.state().locked.clear();

    assert!(all_durable(&answers([locked]).await));
}

#[tokio::test]
async fn a_session_that_appends_twice_at_once_keeps_its_order() {
    let memory = Memory::new(PLENTY);
    let (writer, _) = memory.writer();
    let later = Append { last: Seq(3), ..row(1) };
    let fenced = Append { epoch: Epoch(9), last: Seq(4), ..row(1) };

    let results = join_all([row(1), later, fenced].map(|append| writer.append(append))).await;

    assert!(matches!(results[..], [Ok(()), Ok(()), Err(JournalError::Fenced(_))]));
    assert_eq!(memory.state().inserts, [1, 1, 1]);
}

#[tokio::test]
async fn rows_in_the_queue_are_written_after_the_store_is_dropped() {
    let memory = Memory::new(0);
    let (writer, _) = memory.writer();
    let appends: Vec<_> = (0..3).map(|session| writer.append(row(session))).collect();

    drop(writer);
    memory.permits.add_permits(PLENTY);

    assert!(all_durable(&answers(appends).await));
}
