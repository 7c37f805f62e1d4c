//! What every store must do, checked on both databases.

// Clippy knows tests by their attribute; here the claims are functions that two tests call.
#![allow(clippy::unwrap_used)]

#[path = "../support/mod.rs"]
mod support;

mod appends;
mod catalog;
mod sample;

/// Runs each claim once on SQLite and once on PostgreSQL, with a time-out: a lost append would
/// hang for ever.
macro_rules! on_both {
    ($($claim:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $claim() {
                let test = async { super::$claim($crate::support::TestStore::sqlite().await).await };
                tokio::time::timeout($crate::TIME_OUT, test).await.expect("the test ends");
            })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $claim() {
                let test = async { super::$claim($crate::support::TestStore::postgres().await).await };
                tokio::time::timeout($crate::TIME_OUT, test).await.expect("the test ends");
            })*
        }
    };
}
pub(crate) use on_both;

const TIME_OUT: std::time::Duration = std::time::Duration::from_secs(60);
