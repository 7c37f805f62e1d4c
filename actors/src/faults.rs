//! Faults on demand, for tests of the whole program. A release build has none of them.

use std::sync::{Mutex, OnceLock};

use crate::session::{Command, SessionId};

/// The session whose actor panics when its next append is durable.
static ARMED: Mutex<Option<SessionId>> = Mutex::new(None);

/// What a test has set.
fn setting(name: &str) -> Option<String> {
    if cfg!(debug_assertions) { std::env::var(name).ok() } else { None }
}

/// How long an unused session stays in memory, unless the file `CAJA_FAULT_IDLE` says otherwise.
pub(crate) fn idle_ms(usual: u64) -> u64 {
    static FILE: OnceLock<Option<String>> = OnceLock::new();
    let file = FILE.get_or_init(|| setting("CAJA_FAULT_IDLE"));
    let text = file.as_ref().and_then(|file| std::fs::read_to_string(file).ok());
    text.and_then(|text| text.trim().parse().ok()).unwrap_or(usual)
}

/// Where an actor can be made to panic, by an announcement of the words in `CAJA_FAULT_PANIC` and
/// the name of the place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Before the command is judged.
    Asked,
    /// When it changed the state, and is not durable.
    Applied,
}

pub(crate) fn panic_if_told(place: Place, session: SessionId, command: &Command) {
    static WORDS: OnceLock<Option<String>> = OnceLock::new();
    let Some(words) = WORDS.get_or_init(|| setting("CAJA_FAULT_PANIC")) else { return };
    let Command::Announce { text: Some(text) } = command else { return };
    let Some(told) = text.strip_prefix(&**words).map(str::trim) else { return };
    match (place, told) {
        (Place::Asked, "asked") | (Place::Applied, "applied") => {
            panic!("a test has the actor panic: {told}")
        }
        (Place::Asked, "durable") => *armed() = Some(session),
        (Place::Asked | Place::Applied, _) => {}
    }
}

/// Once for each time that it was told.
pub(crate) fn panic_if_armed(session: SessionId) {
    if cfg!(debug_assertions) && armed().take_if(|it| *it == session).is_some() {
        panic!("a test has the actor panic: durable");
    }
}

fn armed() -> std::sync::MutexGuard<'static, Option<SessionId>> {
    ARMED.lock().expect("nobody panics while holding it")
}
