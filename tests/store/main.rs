//! What every store must do, checked on both databases.

// Clippy knows tests by their attribute; here the claims are functions that two tests call.
#![allow(clippy::unwrap_used)]

use std::time::Duration;

#[path = "../support/mod.rs"]
mod support;

mod appends;
mod catalog;
mod live;
mod nodes;
mod opening;
mod outages;
mod races;
mod sample;
mod snapshots;
mod sql;
mod tls;
mod upkeep;

/// Runs each claim once on SQLite and once on PostgreSQL.
macro_rules! on_both {
    ($($claim:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $claim() {
                let test = async { super::$claim($crate::support::TestStore::sqlite().await).await };
                $crate::in_time(test).await;
            })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $claim() {
                let test = async { super::$claim($crate::support::TestStore::postgres().await).await };
                $crate::in_time(test).await;
            })*
        }
    };
}
pub(crate) use on_both;

/// A lost append would hang for ever; a test must not.
pub(crate) async fn in_time(test: impl Future<Output = ()>) {
    tokio::time::timeout(Duration::from_secs(60), test).await.expect("the test ends");
}
