//! Nodes that die, stop, are cut off, lose their store, or go: nothing acknowledged is lost or
//! doubled, the others answer polls all the time, and answers are accepted again soon.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use rand::{RngExt, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use serde_json::json;
use tokio::{
    task::JoinSet,
    time::{Instant, sleep},
};

use crate::{
    api::{Api, Door},
    crowd::{Crowd, Show},
    fleet::{Fleet, LEASE, TAKEN_OVER, said},
    kill::check_log,
    process::Place,
    stage::{KINDS, Kind, Stage},
    support::eventually,
    trial::{HELD, in_time, rounds, setting},
    verify,
};

const MEMBERS: usize = 40;
const POLLERS: usize = 6;
const BEGIN: Duration = Duration::from_secs(60);
/// What a round may take on a busy machine.
const ROUND: Duration = Duration::from_secs(90);
/// When a balancer notices that a server is not what it was.
const NOTICED: Duration = Duration::from_millis(300);
/// When somebody else accepts answers, beyond the lease; and how long nobody's answer may be
/// accepted while a session changes hands in peace.
const SOON: Duration = Duration::from_secs(2);
/// The same on a machine that runs other tests as well.
const SOON_ENOUGH: Duration = Duration::from_secs(8);
/// The actix server looks once a second whether its connections have ended.
const LEFT: Duration = Duration::from_secs(10);

/// What happens to a node; it is the session's owner, unless that has met another fate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Killed,
    /// Stopped for longer than its lease, and woken: it knows nothing of it.
    Paused,
    /// Its network, to the store and from the other nodes; its clients still reach it.
    CutOff,
    /// Its network to the store alone: the others reach it, and it has nothing to say.
    WithoutStore,
    /// PostgreSQL, for all of them.
    StoreRestarted,
}

const FATES: [Fate; 5] =
    [Fate::Killed, Fate::Paused, Fate::CutOff, Fate::WithoutStore, Fate::StoreRestarted];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_may_die_stop_and_be_cut_off_two_at_once() {
    let rounds = rounds(1);
    in_time(BEGIN + ROUND * rounds * (FATES.len() as u32 + 1), async {
        let mut play = Play::begin("nodes").await;
        for round in 1..=rounds {
            for fate in FATES {
                play.round(&format!("round {round}/{rounds}"), &[fate]).await;
            }
            let two: Vec<_> = FATES.sample(&mut play.rng, 2).copied().collect();
            play.round(&format!("round {round}/{rounds}"), &two).await;
        }
        play.end(&format!("{rounds} rounds of {} ways", FATES.len() + 1));
    })
    .await;
}

/// As a deploy does: one after the other is told to go, and comes back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_may_be_restarted_one_after_the_other_under_load() {
    let rounds = rounds(1);
    in_time(BEGIN + ROUND * rounds, async {
        let mut play = Play::begin("rolling restart").await;
        for round in 1..=rounds {
            play.roll(&format!("round {round}/{rounds}")).await;
        }
        play.end(&format!("{rounds} rounds of three nodes"));
    })
    .await;
}

/// As after a deploy, which leaves the last node that was replaced with nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sessions_spread_over_the_nodes_again() {
    in_time(BEGIN, async {
        let fleet = Fleet::start().await;
        let one = Api::new(fleet.nodes[0].port);
        let mut stages = vec![];
        for _ in 0..9 {
            stages.push(Stage::build(&one).await);
        }
        eventually("each has its share", || async { fleet.shares().await == [3, 3, 3] }).await;
        for stage in stages {
            for node in &fleet.nodes {
                let api = one.only(node.port);
                let path = stage.at_activity(Kind::Poll, "/activate");
                let done = verify::surely_done(&api, &path).await;
                assert_eq!(done["status"], "active");
                api.watch.assert_nothing("spread");
            }
        }
        assert_eq!(fleet.shares().await, [3, 3, 3]);
    })
    .await;
}

/// A server that is no node would take their sessions from them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_alone_does_not_start_beside_nodes() {
    let fleet = Fleet::start().await;
    let alone = Place::sqlite().ready().with("DATABASE_URL", fleet.database_url());
    let ended = tokio::task::spawn_blocking(move || alone.run(&[])).await.expect("it ends");
    assert!(!ended.status.success());
    assert!(ended.stderr.contains("CAJA_NODE_URL (--node-url) makes this one of them"));
}

/// Two releases work side by side while one replaces the other, and only those that can.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_of_two_releases_fit_or_the_second_does_not_start() {
    in_time(BEGIN, async {
        let mut fleet = Fleet::start().await;
        let mut store = fleet.store().await;
        // What a newer release has added.
        for statement in [
            "alter table sessions add column colour text not null default 'red'",
            "alter table nodes add column mood text",
            "create table moods (name text primary key)",
            "insert into _sqlx_migrations (version, description, success, checksum, execution_time) \
             values (9999, 'later', true, 'x', 0)",
        ] {
            sqlx::query(statement).execute(&mut store).await.expect("it is valid");
        }
        let _ = fleet.nodes[0].kill();
        fleet.nodes[0].start();
        let api = fleet.api();
        let stage = Stage::build(&api).await;
        api.post(&stage.at("/participants"), "", &json!({"nickname": "Ada"})).await.done();
        api.watch.assert_nothing("beside a newer schema");
        let stranger = |reads: i32, writes: i32| {
            sqlx::query(
                "insert into nodes (id, url, version, reads_format, writes_format, lease_until_ms) \
                 values ('00000000-0000-0000-0000-000000000001', 'http://other', '9.9.9', $1, $2, \
                 extract(epoch from clock_timestamp()) * 1000 + 60000) on conflict (id) do update \
                 set reads_format = excluded.reads_format, writes_format = excluded.writes_format",
            )
            .bind(reads)
            .bind(writes)
        };
        for (reads, writes, fits) in [(1, 1, false), (99, 99, false), (99, 2, true)] {
            stranger(reads, writes).execute(&mut store).await.expect("it is valid");
            let _ = fleet.nodes[0].kill();
            if fits {
                fleet.nodes[0].start();
            } else {
                let why = fleet.nodes[0].refuses_to_start();
                assert!(why.contains("node http://other of release 9.9.9 reads"), "{why}");
                let gone = "delete from nodes where url = 'http://other'";
                sqlx::query(gone).execute(&mut store).await.expect("it is valid");
                fleet.nodes[0].start();
            }
        }
    })
    .await;
}

struct Play {
    name: &'static str,
    seed: u64,
    rng: StdRng,
    fleet: Fleet,
    show: Show,
    slowest_poll_ms: Arc<AtomicU64>,
    witnesses: JoinSet<()>,
}

impl Play {
    async fn begin(name: &'static str) -> Self {
        let seed = setting("CAJA_FAULT_SEED").unwrap_or_else(|| rand::random_range(0..1_000_000));
        println!("{name}: seed {seed}");
        let fleet = Fleet::start().await;
        let stage = Stage::build(&fleet.api()).await;
        let show = Show::begin(stage, MEMBERS, POLLERS, seed).await;
        let mut witnesses = JoinSet::new();
        let slowest_poll_ms = fleet.witness(&show.crowd, &mut witnesses);
        let rng = StdRng::seed_from_u64(seed);
        Self { name, seed, rng, fleet, show, slowest_poll_ms, witnesses }
    }

    fn crowd(&self) -> &Crowd {
        &self.show.crowd
    }

    /// Lets the crowd work, and something happen.
    async fn round(&mut self, round: &str, fates: &[Fate]) {
        let kind = *KINDS.choose(&mut self.rng).expect("there are kinds");
        let crowd = self.show.crowd.clone();
        crowd.host.switch(&crowd, kind).await;
        crowd.open_gate();
        sleep(Duration::from_millis(self.rng.random_range(300..900))).await;
        let owner = self.fleet.owner(&crowd).await;
        let mut others = (0..self.fleet.nodes.len()).filter(|node| *node != owner);
        let mut struck = vec![];
        for fate in fates {
            let node = match fate {
                Fate::StoreRestarted => None,
                _ if struck.is_empty() => Some(owner),
                _ => others.next(),
            };
            struck.extend(node.map(|node| (node, *fate)));
        }
        let mut begun = Instant::now();
        for (node, fate) in &struck {
            self.strike(*node, *fate, &crowd);
        }
        let takeovers = self.fleet.takeovers();
        if fates.contains(&Fate::StoreRestarted) {
            self.fleet.cluster.stop();
            // Sometimes for longer than a lease.
            let away = self.rng.random_range(0..LEASE.as_millis() as u64 * 2);
            sleep(Duration::from_millis(away)).await;
            self.fleet.cluster.restart();
            // Without it nobody can accept anything.
            begun = Instant::now();
        }
        sleep(NOTICED).await;
        for (node, _) in &struck {
            self.door(*node).shut();
        }
        crowd.new_member().join(&crowd, &mut crowd.rng()).await;
        let back = begun.elapsed();
        let limit = LEASE + soon();
        crowd.stage.api.watch.claim(back <= limit, || format!("answers again after {back:?}"));
        if fates == [Fate::Killed] {
            // The log comes by a thread of its own.
            let told = || async { self.fleet.takeovers() > takeovers };
            eventually("somebody says that the session was taken over", told).await;
        }
        // Its lease is over by now, whenever it was renewed last.
        sleep((LEASE + NOTICED).saturating_sub(begun.elapsed())).await;
        for (node, fate) in &struck {
            self.recover(*node, *fate, &crowd).await;
        }
        sleep(Duration::from_millis(self.rng.random_range(0..300))).await;
        self.check(&format!("{round}, {fates:?}: answers again after {} ms", back.as_millis()))
            .await;
    }

    fn strike(&mut self, node: usize, fate: Fate, crowd: &Crowd) {
        let node = &mut self.fleet.nodes[node];
        node.is_excused();
        match fate {
            Fate::Killed => check_log(crowd, &said(&node.kill())),
            Fate::Paused => node.server().signal("STOP"),
            Fate::CutOff => node.is_cut_off(),
            Fate::WithoutStore => node.is_without_store(),
            Fate::StoreRestarted => {}
        }
    }

    async fn recover(&mut self, number: usize, fate: Fate, crowd: &Crowd) {
        let node = &mut self.fleet.nodes[number];
        match fate {
            Fate::Killed => node.start(),
            // Requests have waited there since: whatever it says to them now is held against it.
            Fate::Paused => node.server().signal("CONT"),
            Fate::CutOff | Fate::WithoutStore => node.is_reconnected(),
            Fate::StoreRestarted => {}
        }
        node.recovers(crowd).await;
        self.door(number).open();
    }

    fn door(&self, node: usize) -> &Door {
        &self.crowd().stage.api.doors[node]
    }

    /// Checks all that the crowd was promised, right after and when all has settled.
    async fn check(&self, report: &str) {
        let crowd = self.crowd();
        let before = crowd.acknowledged();
        crowd.close_gate();
        verify::recovered(crowd).await;
        crowd.settles().await;
        verify::settled(crowd).await;
        let slowest = self.slowest_poll_ms.swap(0, Ordering::SeqCst);
        let (name, seed) = (self.name, self.seed);
        println!(
            "{name}: {report}, slowest poll of the others {slowest} ms; {before} acknowledged \
             then, {} now",
            crowd.acknowledged(),
        );
        crowd.stage.api.watch.assert_nothing(&format!("{name}, seed {seed}, {report}"));
    }

    async fn roll(&mut self, round: &str) {
        let kind = *KINDS.choose(&mut self.rng).expect("there are kinds");
        let crowd = self.show.crowd.clone();
        crowd.host.switch(&crowd, kind).await;
        crowd.open_gate();
        let (mut pauses, mut left) = (vec![], Vec::from_iter(0..self.fleet.nodes.len()));
        while !left.is_empty() {
            sleep(Duration::from_millis(self.rng.random_range(300..900))).await;
            // With the session, if it is one of those that have not gone yet.
            let owner = self.fleet.owner(&crowd).await;
            let number = left.swap_remove(left.iter().position(|it| *it == owner).unwrap_or(0));
            let pause = Pause::watch(&self.show.crowd);
            let node = &mut self.fleet.nodes[number];
            node.is_excused();
            let ended = node.leave(LEFT).await;
            assert!(ended.status.success(), "{}: {}", ended.status, ended.stderr);
            check_log(&crowd, &said(&ended));
            assert!(!ended.stderr.contains(TAKEN_OVER), "what is given away is not taken over");
            node.start();
            node.recovers(&crowd).await;
            pauses.push(pause.longest());
        }
        assert_eq!(self.fleet.takeovers(), 0, "what is given away is not taken over");
        self.check(&format!("{round}: nobody's answer was accepted for {pauses:?}")).await;
        for pause in pauses {
            assert!(pause < soon(), "nobody's answer was accepted for {pause:?}");
        }
    }

    fn end(self, what: &str) {
        let (crowd, name) = (self.show.crowd.clone(), self.name);
        drop(self.witnesses);
        self.fleet.end(&crowd);
        crowd.stage.api.watch.assert_nothing(name);
        let (answers, people) = (crowd.acknowledged(), crowd.members().len());
        println!("{name}: {what}, {answers} answers by {people} people: {HELD}");
    }
}

/// Strict where rounds are asked for, which is when the machine does nothing else.
fn soon() -> Duration {
    if setting::<u32>("CAJA_FAULT_ROUNDS").is_some() { SOON } else { SOON_ENOUGH }
}

/// How long nobody's answer was accepted, at most; watched until dropped.
struct Pause {
    longest: Arc<Mutex<Duration>>,
    _task: JoinSet<()>,
}

impl Pause {
    fn watch(crowd: &Arc<Crowd>) -> Self {
        let longest = Arc::new(Mutex::new(Duration::ZERO));
        let (mut task, crowd, known) = (JoinSet::new(), crowd.clone(), longest.clone());
        task.spawn(async move {
            let (mut seen, mut at) = (crowd.acknowledged(), Instant::now());
            loop {
                sleep(Duration::from_millis(5)).await;
                let now = crowd.acknowledged();
                let mut longest = known.lock().unwrap();
                *longest = (*longest).max(at.elapsed());
                if now > seen {
                    (seen, at) = (now, Instant::now());
                }
            }
        });
        Self { longest, _task: task }
    }

    fn longest(&self) -> Duration {
        *self.longest.lock().unwrap()
    }
}
