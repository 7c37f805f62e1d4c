//! A second server on the file of the first: refused with a clear line, and the first goes on.

use std::time::Duration;

use crate::{
    process::Place,
    stage::KINDS,
    trial::{Trial, in_time, rounds},
};

const MEMBERS: usize = 20;
const ROUND: Duration = Duration::from_secs(60);
/// All that write to the store, and hold it while they do.
const COMMANDS: [&[&str]; 3] = [&[], &["demo"], &["restore", "--yes"]];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_server_on_the_same_file_is_refused_and_the_first_goes_on() {
    let rounds = rounds(1);
    in_time(ROUND * (rounds + 1), async {
        let mut trial = Trial::begin("second server", Place::sqlite(), MEMBERS).await;
        for round in 1..=rounds {
            trial.play(KINDS[round as usize % KINDS.len()]).await;
            trial.work(50..200).await;
            for command in COMMANDS {
                is_refused(&trial, command);
            }
            trial.check(&format!("round {round}/{rounds}, refused {COMMANDS:?}")).await;
            // Whoever was refused has not taken the guard away with them.
            trial.work(50..200).await;
            trial.kill();
            trial.restart();
            is_refused(&trial, &[]);
            trial.check(&format!("round {round}/{rounds}, refused after a kill")).await;
        }
        trial.end(&format!("{rounds} rounds"));
    })
    .await;
}

/// In one line that says what is in use, and by what.
fn is_refused(trial: &Trial, command: &[&str]) {
    // On a port of its own: the file alone must stop it.
    let ended = trial.second().run(command);
    assert!(!ended.status.success(), "{command:?} should have been refused");
    let said = ended.stderr.trim_end();
    assert!(said.starts_with("caja: ") && !said.contains('\n'), "one line: {said}");
    assert!(said.contains("CAJA_DATA_DIR"), "{said}");
    assert!(said.contains("another caja server is using"), "{said}");
    assert_eq!(ended.stdout, "", "there is nothing to say to a script");
}
