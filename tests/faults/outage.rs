//! PostgreSQL goes away under load, in all ways there are, and comes back.

use std::time::Duration;

use rand::RngExt;
use tokio::time::sleep;

use crate::{
    process::Place,
    stage::Kind,
    support::{OwnCluster, proxy::Proxy},
    trial::{HELD, Trial, in_time, rounds},
};

const MEMBERS: usize = 40;
const ROUND: Duration = Duration::from_secs(60);
const BEGIN: Duration = Duration::from_secs(60);
/// Connections that are cut in one round, each between a commit and its answer.
const CUTS: usize = 5;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Away until a write was refused.
    Stopped,
    RestartedFast,
    RestartedAtOnce,
    /// `kill -9` of the postmaster.
    Killed,
    /// Commits whose answers never arrive: nobody knows whether they were.
    CutInCommit,
}

const WAYS: [Way; 5] =
    [Way::Stopped, Way::RestartedFast, Way::RestartedAtOnce, Way::Killed, Way::CutInCommit];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_may_be_stopped_restarted_killed_and_cut_in_the_middle_of_a_commit() {
    let rounds = rounds(1);
    in_time(BEGIN + ROUND * rounds * WAYS.len() as u32, async {
        let mut cluster = OwnCluster::start();
        let proxy = Proxy::start(&cluster.database().await).await;
        let place = Place::sqlite().with("DATABASE_URL", &proxy.url);
        let mut trial = Trial::begin("outage", place, MEMBERS).await;
        for round in 1..=rounds {
            for way in WAYS {
                trial.play(if round % 2 == 0 { Kind::Quiz } else { Kind::Poll }).await;
                trial.work(200..800).await;
                let report = strike(way, &mut trial, &mut cluster, &proxy).await;
                trial.is("ok").await;
                trial.check(&format!("round {round}/{rounds}, {way:?}: {report}")).await;
            }
        }
        trial.end(&format!("{rounds} rounds of {} ways", WAYS.len()));
        for way in WAYS {
            println!("outage, PostgreSQL {way:?}: {rounds} rounds: {HELD}");
        }
    })
    .await;
}

async fn strike(way: Way, trial: &mut Trial, cluster: &mut OwnCluster, proxy: &Proxy) -> String {
    match way {
        Way::Stopped => {
            cluster.stop();
            let report = trial.check_absence().await.expect("it is stopped");
            cluster.restart();
            report
        }
        Way::RestartedFast => {
            cluster.stop();
            cluster.restart();
            "back at once".into()
        }
        Way::RestartedAtOnce => {
            cluster.kill();
            cluster.restart();
            "back after its recovery".into()
        }
        Way::Killed => {
            cluster.crash();
            cluster.restart();
            "back after its recovery".into()
        }
        Way::CutInCommit => {
            let mut swallowed = vec![];
            while swallowed.len() < CUTS {
                proxy.swallow_answers();
                sleep(Duration::from_millis(trial.rng.random_range(10..120))).await;
                let bytes = proxy.cut();
                // Without an answer on its way there was nothing to cut.
                swallowed.extend((bytes > 0).then_some(bytes));
                sleep(Duration::from_millis(trial.rng.random_range(50..300))).await;
            }
            format!("bytes of answers lost {swallowed:?}")
        }
    }
}
