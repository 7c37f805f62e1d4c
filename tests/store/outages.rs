//! PostgreSQL goes away under load and comes back: nothing acknowledged is lost, nothing is
//! doubled, and nobody has to help.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use caja::store::{OpenOptions, Store, open};
use caja_actors::{
    journal::Append,
    session::{Epoch, SessionId},
};
use sqlx::{Connection, PgConnection, query};
use tokio::task::JoinSet;

use crate::{
    in_time,
    sample::{all_rows, header, owned_session, row, seqs},
    support::{OwnCluster, eventually, proxy::Proxy},
};

const SESSIONS: usize = 20;

/// Sessions that append one row after the other until they are told to stop.
struct Load {
    store: Arc<dyn Store>,
    acknowledged: Arc<AtomicU64>,
    stop: Arc<AtomicBool>,
    sessions: JoinSet<(SessionId, Epoch, u64)>,
}

impl Load {
    async fn start(store: &Arc<dyn Store>) -> Self {
        let mut load = Self {
            store: store.clone(),
            acknowledged: Arc::default(),
            stop: Arc::default(),
            sessions: JoinSet::new(),
        };
        for n in 0..SESSIONS {
            let (session, epoch) = owned_session(&**store, &n.to_string()).await;
            load.sessions.spawn(append_until(
                store.clone(),
                (session, epoch),
                load.acknowledged.clone(),
                load.stop.clone(),
            ));
        }
        load
    }

    /// Waits until every session could have been answered a few times more.
    async fn goes_on(&self) {
        let before = self.acknowledged.load(Ordering::Relaxed);
        let more = before + 5 * SESSIONS as u64;
        eventually("appends are acknowledged", async || {
            self.acknowledged.load(Ordering::Relaxed) >= more
        })
        .await;
    }

    /// Stops, and checks that the journals hold what was acknowledged, once, and nothing else.
    async fn stop_and_check(mut self) {
        self.stop.store(true, Ordering::Relaxed);
        while let Some(ended) = self.sessions.join_next().await {
            let (session, epoch, last) = ended.unwrap();
            let rows = all_rows(&*self.store, session).await;
            assert_eq!(seqs(&rows), (1..=last).collect::<Vec<_>>());
            for (read, seq) in rows.iter().zip(1..).skip(1) {
                assert_eq!(read.events, row(session, epoch, seq).events);
            }
        }
    }
}

async fn append_until(
    store: Arc<dyn Store>,
    (session, epoch): (SessionId, Epoch),
    acknowledged: Arc<AtomicU64>,
    stop: Arc<AtomicBool>,
) -> (SessionId, Epoch, u64) {
    let mut last = 1;
    while !stop.load(Ordering::Relaxed) {
        let mut next = row(session, epoch, last + 1);
        // Both statements of the store have to bear it.
        if last % 7 == 0 {
            next.header = Some(header("Under load"));
        }
        store.append(next).await.expect("an outage is no error");
        last += 1;
        acknowledged.fetch_add(1, Ordering::Relaxed);
    }
    (session, epoch, last)
}

async fn store_on(cluster: &OwnCluster) -> (Arc<dyn Store>, String) {
    let url = cluster.database().await;
    let store = open(&url, &OpenOptions::serve()).await.unwrap();
    store.migrate().await.unwrap();
    (store, url)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cut_connections_lose_and_double_nothing() {
    in_time(async {
        let cluster = OwnCluster::start();
        let (store, url) = store_on(&cluster).await;
        let load = Load::start(&store).await;
        let mut other = PgConnection::connect(&url).await.unwrap();

        for _ in 0..10 {
            load.goes_on().await;
            query(
                "select pg_terminate_backend(pid) from pg_stat_activity \
                 where datname = current_database() and pid <> pg_backend_pid()",
            )
            .execute(&mut other)
            .await
            .unwrap();
        }

        load.goes_on().await;
        load.stop_and_check().await;
    })
    .await;
}

/// Stops the server in the given way and leaves it away for three seconds.
async fn is_away_for_three_seconds(stop: fn(&mut OwnCluster)) {
    let mut cluster = OwnCluster::start();
    let (store, _) = store_on(&cluster).await;
    let load = Load::start(&store).await;
    load.goes_on().await;
    let reachable_since = store.health().since;

    stop(&mut cluster);
    let back_at = Instant::now() + Duration::from_secs(3);
    eventually("the health says that it is away", async || !store.health().reachable).await;
    assert!(store.health().since > reachable_since);
    let patience = Duration::from_secs(4);
    let refused = tokio::time::timeout(patience, store.session(SessionId(uuid::Uuid::nil()))).await;
    assert!(refused.expect("it is refused in time").is_err());
    tokio::time::sleep_until(back_at.into()).await;
    let before = load.acknowledged.load(Ordering::Relaxed);
    cluster.restart();

    load.goes_on().await;
    assert!(load.acknowledged.load(Ordering::Relaxed) > before);
    eventually("the health says that it is back", async || store.health().reachable).await;
    load.stop_and_check().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stopped_server_loses_and_doubles_nothing() {
    in_time(is_away_for_three_seconds(OwnCluster::stop)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_server_loses_and_doubles_nothing() {
    in_time(is_away_for_three_seconds(OwnCluster::kill)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_health_notices_an_absence_while_nothing_is_written() {
    in_time(async {
        let mut cluster = OwnCluster::start();
        let (store, _) = store_on(&cluster).await;

        cluster.stop();

        eventually("the health says that it is away", async || !store.health().reachable).await;
        cluster.restart();
        eventually("the health says that it is back", async || store.health().reachable).await;
    })
    .await;
}

/// A store whose connections go through a proxy, and the address that goes past it.
async fn store_behind_a_proxy() -> (Proxy, Arc<dyn Store>, String) {
    let direct = crate::support::postgres_database().await;
    let proxy = Proxy::start(&direct).await;
    let store = open(&proxy.url, &OpenOptions::serve()).await.unwrap();
    store.migrate().await.unwrap();
    (proxy, store, direct)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_append_whose_answer_is_lost_is_written_once() {
    in_time(async {
        let (proxy, store, direct) = store_behind_a_proxy().await;
        let (session, epoch) = owned_session(&*store, "1").await;
        let with_header =
            |seq, name| Append { header: Some(header(name)), ..row(session, epoch, seq) };
        let beside = open(&direct, &OpenOptions::beside()).await.unwrap();
        // Once before, so that the statement is prepared, which has answers of its own.
        store.append(with_header(2, "Named")).await.unwrap();

        proxy.swallow_answers();
        let append = tokio::spawn(store.append(with_header(3, "Renamed")));
        eventually("the row is committed", async || {
            seqs(&all_rows(&*beside, session).await) == [1, 2, 3]
        })
        .await;
        proxy.cut();

        append.await.unwrap().unwrap();
        store.append(row(session, epoch, 4)).await.unwrap();
        assert_eq!(seqs(&all_rows(&*store, session).await), [1, 2, 3, 4]);
        assert_eq!(store.session(session).await.unwrap().unwrap().header.name, "Renamed");
    })
    .await;
}

/// A network that swallows everything, and no word from either end.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_append_does_not_wait_for_ever_for_an_answer() {
    in_time(async {
        let (proxy, store, _) = store_behind_a_proxy().await;
        let (session, epoch) = owned_session(&*store, "1").await;
        store.append(row(session, epoch, 2)).await.unwrap();

        proxy.swallow_questions();
        let append = tokio::spawn(store.append(row(session, epoch, 3)));
        eventually("the health says that it is away", async || !store.health().reachable).await;
        proxy.clear_up();

        append.await.unwrap().unwrap();
        assert_eq!(seqs(&all_rows(&*store, session).await), [1, 2, 3]);
    })
    .await;
}
