//! How many connections the operating system lets a server have: each is an open file.

use tracing::warn;

/// Below this, a big event would be turned away: 5,000 phones with a connection or two each.
const ENOUGH: u64 = 16_384;

/// Takes as many open files as may be had without privileges; most systems give 1,024 to who
/// does not ask.
pub fn take_all() {
    match rlimit::increase_nofile_limit(u64::MAX) {
        Ok(limit) if limit < ENOUGH => warn!(
            limit,
            "few connections can be open at once; raise the limit of open files (ulimit -Hn, LimitNOFILE=) to {ENOUGH}"
        ),
        Ok(_) => {}
        Err(error) => {
            warn!(error = &error as &dyn std::error::Error, "can't ask for more open files")
        }
    }
}

/// How many open files this process could have.
#[must_use]
pub fn allowed() -> Option<u64> {
    let (_, hard) = rlimit::getrlimit(rlimit::Resource::NOFILE).ok()?;
    Some(hard)
}
