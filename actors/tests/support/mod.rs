//! What the tests of the engine share: scripts of commands, a journal in memory, a clock by hand.

// Each test binary uses its own part of this.
#![allow(dead_code)]
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

pub(crate) mod acts;
pub(crate) mod clock;
pub(crate) mod commands;
pub(crate) mod configs;
pub(crate) mod journal;
pub(crate) mod node;
pub(crate) mod pageant;
pub(crate) mod recount;
pub(crate) mod recount_moderation;
pub(crate) mod recount_quiz;
pub(crate) mod recount_sheet;
pub(crate) mod resolve;
pub(crate) mod stage;

use std::time::Duration;

use proptest::test_runner::Config;
use tokio::time::{Instant, sleep, timeout};

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(10);

/// So many cases of a property in `make test`; `make properties` tries many times as many.
pub(crate) fn cases(usual: u32) -> Config {
    // What the library reads from its environment variable, or 256.
    let Config { cases, .. } = Config::default();
    Config::with_cases((usual * cases / 256).max(1))
}

/// Asks again and again until there is an answer.
pub(crate) async fn poll_until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "waited too long for {what}");
        sleep(Duration::from_millis(1)).await;
    }
}

pub(crate) async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    poll_until(what, || is_so().then_some(())).await;
}

/// Gives up on what should have happened long ago.
pub(crate) async fn in_time<T>(future: impl Future<Output = T>) -> T {
    timeout(PATIENCE, future).await.expect("it takes no time at all")
}
