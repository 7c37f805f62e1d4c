//! `kill -9` under load, again and again: nothing acknowledged is lost, nothing is doubled.
//!
//! `CAJA_FAULT_ROUNDS` says how often; `CAJA_FAULT_SEED` repeats what a seed decided.

use std::time::{Duration, Instant};

use rand::{RngExt, SeedableRng, rngs::StdRng};

use crate::{
    api::Api,
    crowd::{Crowd, Show},
    process::{ADMIN_TOKEN, PATIENCE, Place, Server, fixed_port},
    stage::{KINDS, Kind, Stage},
    trial::{HELD, rounds, setting},
    verify,
};

/// Rounds where none are asked for.
const FEW: u32 = 2;
const MEMBERS: usize = 80;
const POLLERS: usize = 8;
/// What is answered in a round: texts fill the journal, so that there are snapshots too.
const ROTA: [Kind; 6] =
    [Kind::Text, Kind::Poll, Kind::Text, Kind::WordCloud, Kind::Text, Kind::Quiz];
/// What a round may take on a busy machine.
const ROUND: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_keeps_what_was_acknowledged_through_kill_9() {
    within(play("sqlite", Place::sqlite())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_keeps_what_was_acknowledged_through_kill_9() {
    within(play("postgres", Place::postgres().await)).await;
}

async fn within(test: impl Future<Output = ()>) {
    let limit = PATIENCE + ROUND * rounds(FEW);
    tokio::time::timeout(limit, test).await.expect("the rounds end");
}

async fn play(store: &str, place: Place) {
    let seed = setting("CAJA_FAULT_SEED").unwrap_or_else(|| rand::random_range(0..1_000_000));
    println!("{store}: seed {seed}");
    let port = fixed_port();
    let place = place.ready().with("CAJA_LISTEN", &format!("127.0.0.1:{port}"));
    let place = place.with("CAJA_LOG", "info,caja_actors::snapshot=debug");
    let mut server = place.start();
    server.port();
    let stage = Stage::build(&Api::new(port)).await;
    let show = Show::begin(stage, MEMBERS, POLLERS, seed).await;
    let mut killer = Killer { place, rng: StdRng::seed_from_u64(seed), snapshots: 0 };
    let rounds = rounds(FEW);
    for round in 1..=rounds {
        let before = show.crowd.acknowledged();
        let kind = ROTA[(round as usize).wrapping_add(seed as usize) % ROTA.len()];
        show.crowd.host.switch(&show.crowd, kind).await;
        let (next, report) = killer.strike(&show.crowd, server).await;
        server = next;
        verify::recovered(&show.crowd).await;
        show.crowd.settles().await;
        verify::settled(&show.crowd).await;
        let all = show.crowd.acknowledged();
        println!(
            "{store} {round:2}/{} {kind:?}: {} acknowledged, {all} in all; {report}",
            rounds,
            all - before,
        );
        let when = format!("{store}, seed {seed}, round {round}");
        show.crowd.stage.api.watch.assert_nothing(&when);
    }
    look_at_everything(&show.crowd).await;
    show.crowd.stage.api.watch.assert_nothing(&format!("{store}, seed {seed}, at the end"));
    killer.kill(&show.crowd, server);
    let (acknowledged, people) = (show.crowd.acknowledged(), show.crowd.members().len());
    println!(
        "{store}: {} rounds, {acknowledged} answers by {people} people, {} snapshots: {HELD}",
        rounds, killer.snapshots,
    );
}

/// Every activity once more, so that the runner's frame shows the results of each.
async fn look_at_everything(crowd: &Crowd) {
    for kind in KINDS {
        crowd.host.switch(crowd, kind).await;
        verify::settled(crowd).await;
    }
}

struct Killer {
    place: Place,
    rng: StdRng,
    /// Taken by servers that were killed.
    snapshots: usize,
}

impl Killer {
    /// Lets the crowd work for a moment, kills the server, and starts the next.
    async fn strike(&mut self, crowd: &Crowd, server: Server) -> (Server, String) {
        crowd.open_gate();
        let load = self.moment(300..1_200).await;
        self.kill(crowd, server);
        let killed_at = Instant::now();
        let in_flight = crowd.in_flight();
        crowd.close_gate();
        let mut report = format!("killed after {load} ms with {in_flight} in flight");
        if self.rng.random_bool(0.3) {
            // Recovery itself may be hit.
            let early = self.place.start();
            let moment = self.moment(0..250).await;
            self.kill(crowd, early);
            report += &format!(", again {moment} ms into the start");
        }
        let server = self.place.start();
        let (poll, write) = tokio::join!(first_poll(crowd), first_write(crowd));
        let ms = |at: Instant| at.duration_since(killed_at).as_millis();
        report +=
            &format!(", first poll after {} ms, first write after {} ms", ms(poll), ms(write));
        (server, report)
    }

    fn kill(&mut self, crowd: &Crowd, server: Server) {
        let ended = server.kill();
        let said = format!("{}{}", ended.stdout, ended.stderr);
        self.snapshots += said.matches("snapshot taken").count();
        check_log(crowd, &said);
    }

    async fn moment(&mut self, ms: std::ops::Range<u64>) -> u64 {
        let ms = self.rng.random_range(ms);
        tokio::time::sleep(Duration::from_millis(ms)).await;
        ms
    }
}

async fn first_poll(crowd: &Crowd) -> Instant {
    let stage = &crowd.stage;
    verify::surely(&stage.api, &stage.at("/state"), &stage.runner_token).await;
    Instant::now()
}

/// Somebody joins: also a member like any other from now on.
async fn first_write(crowd: &Crowd) -> Instant {
    crowd.new_member().join(crowd, &mut crowd.rng()).await;
    Instant::now()
}

/// A killed server has not panicked before, and has told its log no secret.
pub(crate) fn check_log(crowd: &Crowd, said: &str) {
    let watch = &crowd.stage.api.watch;
    watch.claim(!said.contains("panicked"), || format!("a server panicked: {said}"));
    let members = crowd.members();
    let secrets = members.iter().flat_map(|member| member.secrets());
    let secrets = secrets.chain([ADMIN_TOKEN, &crowd.stage.runner_token]);
    let told = secrets.filter(|secret| said.contains(secret)).count();
    watch.claim(told == 0, || format!("the log holds {told} secrets"));
}
