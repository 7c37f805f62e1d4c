//! Sessions spread over the nodes: who has more than a fair share gives some to those with less, as
//! when a node was replaced, or added.

use std::time::Duration;

use actix_web::web::Data;
use caja_actors::journal::Peer;
use tracing::{debug, info};

use super::{inside::SECRET, node::Node};
use crate::{
    app::App,
    store::{NodeRow, StoreError},
};

/// How many sessions are given away at a time: each is without an owner for a moment.
const AT_ONCE: usize = 16;
/// How long another node may take to say that it takes sessions.
const ASKED: Duration = Duration::from_millis(500);

impl Node {
    /// Gives other nodes what is beyond this node's share, those sessions first that have few people.
    pub(super) async fn spread(&self, app: &Data<App>) -> Result<(), StoreError> {
        let cluster = app.store.cluster().expect("only such a store is opened for several");
        let nodes = cluster.nodes().await?;
        let mut given = 0;
        for (session, to) in app.registry.owned().into_iter().zip(gifts(&self.url, &nodes)) {
            if app.draining.has_begun() || !self.is_ready(&to).await {
                debug!(url = %to.url, "takes no sessions");
                break;
            }
            self.remember(session, to.clone());
            app.registry.hand_over(session, to).await;
            self.follow(app, session);
            given += 1;
        }
        if given > 0 {
            info!(sessions = given, "sessions given to other nodes");
        }
        Ok(())
    }

    /// Whether a node takes requests: one that is leaving does not.
    async fn is_ready(&self, peer: &Peer) -> bool {
        let asked = self.http().get(format!("{}/health/ready", peer.url));
        let asked = asked.header(SECRET.as_str(), self.secret().shown().as_bytes());
        asked.timeout(ASKED).send().await.is_ok_and(|answer| answer.status().is_success())
    }
}

/// To whom sessions go, one each.
fn gifts(own_url: &str, nodes: &[NodeRow]) -> Vec<Peer> {
    let alive = || nodes.iter().filter(|node| node.is_alive());
    let Some(own) = alive().find(|node| node.peer.url == own_url) else { return vec![] };
    let fair = alive().map(|node| node.sessions).sum::<u64>().div_ceil(alive().count() as u64);
    let surplus = usize::try_from(own.sessions.saturating_sub(fair)).unwrap_or(AT_ONCE);
    let mut others: Vec<_> = alive().map(|node| (node.sessions, &node.peer)).collect();
    let mut gifts = vec![];
    while gifts.len() < surplus.min(AT_ONCE) {
        let poorest = others.iter_mut().min_by_key(|(sessions, _)| *sessions);
        match poorest.filter(|(sessions, _)| *sessions < fair) {
            Some((sessions, peer)) => {
                *sessions += 1;
                gifts.push((*peer).clone());
            }
            None => break,
        }
    }
    gifts
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::store::Formats;

    fn nodes(counts: &[u64]) -> Vec<NodeRow> {
        let node = |(number, sessions): (usize, &u64)| NodeRow {
            peer: Peer { id: Uuid::from_u128(number as u128), url: number.to_string() },
            version: String::new(),
            lease_left: Duration::from_secs(1),
            sessions: *sessions,
            formats: Formats::OWN,
        };
        counts.iter().enumerate().map(node).collect()
    }

    /// What each has after one round of the node with this number.
    fn after(counts: &[u64], number: usize) -> Vec<u64> {
        let mut counts = counts.to_vec();
        for gift in gifts(&number.to_string(), &nodes(&counts)) {
            counts[number] -= 1;
            counts[gift.url.parse::<usize>().unwrap()] += 1;
        }
        counts
    }

    #[test]
    fn who_has_more_than_a_fair_share_gives_to_who_has_less() {
        assert_eq!(after(&[6, 0, 0], 0), [2, 2, 2]);
        assert_eq!(after(&[5, 4, 0], 0), [3, 4, 2]);
        assert_eq!(after(&[1, 0, 0], 0), [1, 0, 0]);
        assert_eq!(after(&[2, 1, 1], 0), [2, 1, 1]);
        assert_eq!(after(&[90, 0], 0), [74, 16]);
    }

    #[test]
    fn the_dead_and_the_unknown_get_and_give_nothing() {
        let mut three = nodes(&[6, 0, 0]);
        three[2].lease_left = Duration::ZERO;
        let to: Vec<_> = gifts("0", &three).into_iter().map(|peer| peer.url).collect();
        assert_eq!(to, ["1", "1", "1"]);
        assert!(gifts("2", &three).is_empty());
        assert!(gifts("elsewhere", &three).is_empty());
    }

    proptest! {
        /// Whatever the beginning, all have the same in the end, but for one, and stay so.
        #[test]
        fn round_by_round_everybody_gets_a_fair_share(
            mut counts in prop::collection::vec(0..200u64, 1..8),
        ) {
            let all: u64 = counts.iter().sum();
            for _ in 0..200 {
                for number in 0..counts.len() {
                    counts = after(&counts, number);
                }
            }
            prop_assert_eq!(counts.iter().sum::<u64>(), all);
            let fair = all.div_ceil(counts.len() as u64);
            prop_assert!(counts.iter().all(|count| *count <= fair), "{:?}", counts);
        }
    }
}
