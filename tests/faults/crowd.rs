//! Everybody who puts load on a server: members who answer and join, a host, and pollers.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::{StreamExt, stream};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use tokio::{
    sync::watch,
    task::JoinSet,
    time::{Instant, sleep},
};

use crate::{
    host::Host,
    ledger::Place,
    member::Member,
    pollers::Follower,
    process::PATIENCE,
    stage::{Kind, Stage},
};

/// Joined in the course of the test, beside those who were there before.
const MOST_LATECOMERS: usize = 60;

/// Stops when dropped.
pub(crate) struct Crowd {
    pub(crate) stage: Arc<Stage>,
    pub(crate) host: Host,
    pub(crate) followers: Vec<Arc<Follower>>,
    members: Mutex<Vec<Arc<Member>>>,
    /// What is answered now.
    scene: watch::Sender<Place>,
    /// Whether new work may begin. Whatever has begun goes on by itself.
    gate: watch::Sender<bool>,
    /// What is under way, and what became of it so far.
    busy: Mutex<BTreeMap<usize, String>>,
    begun: AtomicUsize,
    seed: u64,
    seeds_taken: AtomicUsize,
}

/// The crowd's tasks, which end with this value.
pub(crate) struct Show {
    pub(crate) crowd: Arc<Crowd>,
    _tasks: JoinSet<()>,
}

impl Show {
    /// Lets `size` members join, and begins behind a closed gate.
    pub(crate) async fn begin(stage: Stage, size: usize, pollers: usize, seed: u64) -> Self {
        let stage = Arc::new(stage);
        let mut crowd = Crowd {
            host: Host::new(),
            followers: vec![],
            members: Mutex::default(),
            scene: watch::Sender::new((Kind::Poll, 0)),
            gate: watch::Sender::new(false),
            busy: Mutex::default(),
            begun: AtomicUsize::new(0),
            seed,
            seeds_taken: AtomicUsize::new(0),
            stage,
        };
        let members: Vec<_> = (0..size).map(|_| crowd.new_member()).collect();
        let joins = members.iter().map(|member| async {
            let mut rng = crowd.rng();
            member.join(&crowd, &mut rng).await;
        });
        stream::iter(joins).buffer_unordered(16).collect::<()>().await;
        crowd.followers = Follower::some(&crowd.stage, &members, pollers);
        let crowd = Arc::new(crowd);
        let tasks = crowd.spawn(members);
        Self { crowd, _tasks: tasks }
    }
}

impl Crowd {
    fn spawn(self: &Arc<Self>, members: Vec<Arc<Member>>) -> JoinSet<()> {
        let mut tasks = JoinSet::new();
        for member in members {
            let (crowd, rng) = (self.clone(), self.rng());
            tasks.spawn(async move { member.live(&crowd, rng).await });
        }
        for follower in &self.followers {
            let (crowd, follower) = (self.clone(), follower.clone());
            tasks.spawn(async move { follower.follow(&crowd.stage.api).await });
        }
        let (crowd, rng) = (self.clone(), self.rng());
        tasks.spawn(async move { crowd.host.live(&crowd, rng).await });
        let crowd = self.clone();
        tasks.spawn(async move { crowd.latecomers().await });
        tasks
    }

    async fn latecomers(&self) {
        let mut rng = self.rng();
        for _ in 0..MOST_LATECOMERS {
            self.gate_opens().await;
            self.new_member().join(self, &mut rng).await;
            sleep(Duration::from_millis(rng.random_range(100..400))).await;
        }
    }

    pub(crate) fn new_member(&self) -> Arc<Member> {
        let mut members = self.members.lock().unwrap();
        let member = Arc::new(Member::new(members.len()));
        members.push(member.clone());
        member
    }

    pub(crate) fn members(&self) -> Vec<Arc<Member>> {
        self.members.lock().unwrap().clone()
    }

    /// Another generator with a seed of its own, always the same for the same test seed.
    pub(crate) fn rng(&self) -> StdRng {
        let taken = self.seeds_taken.fetch_add(1, Ordering::Relaxed);
        StdRng::seed_from_u64(self.seed.wrapping_add(taken as u64))
    }

    pub(crate) fn scene(&self) -> Place {
        *self.scene.borrow()
    }

    pub(crate) fn set_scene(&self, place: Place) {
        self.scene.send_replace(place);
    }

    pub(crate) fn open_gate(&self) {
        self.gate.send_replace(true);
    }

    pub(crate) fn close_gate(&self) {
        self.gate.send_replace(false);
    }

    pub(crate) async fn gate_opens(&self) {
        let mut gate = self.gate.subscribe();
        gate.wait_for(|open| *open).await.expect("the crowd holds the other end");
    }

    /// Whoever holds it has something under way that can change the session.
    pub(crate) fn busy(&self, with: String) -> Busy<'_> {
        let busy = Busy { number: self.begun.fetch_add(1, Ordering::SeqCst), all: &self.busy };
        busy.says(with);
        busy
    }

    pub(crate) fn in_flight(&self) -> usize {
        self.busy.lock().unwrap().len()
    }

    /// Answers and withdrawals acknowledged so far.
    pub(crate) fn acknowledged(&self) -> u64 {
        let members = self.members.lock().unwrap();
        members.iter().map(|member| member.ledger.lock().unwrap().acknowledged).sum()
    }

    /// Resolves when nothing is under way any more.
    pub(crate) async fn settles(&self) {
        // Whoever began just now is patient too, and their last attempt takes its time.
        let deadline = Instant::now() + PATIENCE * 2;
        while self.in_flight() > 0 {
            let busy = self.busy.lock().unwrap().clone();
            assert!(Instant::now() < deadline, "these do not end: {busy:?}");
            sleep(Duration::from_millis(5)).await;
        }
    }
}

pub(crate) struct Busy<'a> {
    number: usize,
    all: &'a Mutex<BTreeMap<usize, String>>,
}

impl Busy<'_> {
    pub(crate) fn says(&self, what: String) {
        self.all.lock().unwrap().insert(self.number, what);
    }
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.all.lock().unwrap().remove(&self.number);
    }
}
