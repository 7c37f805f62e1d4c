//! Leases of nodes and who may take a session over, on PostgreSQL.

use std::{sync::Arc, time::Duration};

use caja::{
    clock::boot_ms,
    store::{Cluster, OpenOptions, Store, open},
};
use caja_actors::{
    journal::{JournalError, Peer, Taken},
    session::{Epoch, SessionId},
};
use uuid::Uuid;

use crate::{
    in_time,
    sample::{owned_session, row},
    support::TestStore,
};

const LEASE: Duration = Duration::from_secs(2);

/// A node on the database of a test.
struct Node {
    id: Uuid,
    store: Arc<dyn Store>,
    options: OpenOptions,
}

impl Node {
    async fn of(test: &TestStore) -> Self {
        let options = OpenOptions::clustered(LEASE);
        let store = open(&test.url, &options).await.unwrap();
        let node = Self { id: options.node, store, options };
        node.renew().await;
        node
    }

    fn cluster(&self) -> &dyn Cluster {
        self.store.cluster().unwrap()
    }

    fn url(&self) -> String {
        format!("http://{}:8081", self.id)
    }

    async fn renew(&self) -> bool {
        let sent = boot_ms();
        let ran_on = self.cluster().renew_lease(&self.url()).await.unwrap();
        self.options.tenure.as_ref().unwrap().granted(sent, boot_ms(), ran_on)
    }

    async fn take(&self, session: SessionId) -> Taken {
        self.store.take_over(session).await.unwrap()
    }

    async fn owner_of(&self, session: SessionId) -> Peer {
        match self.store.take_over(session).await {
            Err(JournalError::Elsewhere { owner, .. }) => owner,
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_is_its_owners_as_long_as_the_lease_lasts() {
    in_time(async {
        let test = TestStore::postgres().await;
        let (session, _) = owned_session(&*test.store, "1").await;
        let (first, second) = (Node::of(&test).await, Node::of(&test).await);
        let taken = first.take(session).await;
        let owner = second.owner_of(session).await;
        assert_eq!(owner, Peer { id: first.id, url: first.url() });
        assert!(first.store.holds(taken.term));

        // It ends here before it ends in the store.
        tokio::time::sleep(LEASE - LEASE / 20).await;
        assert!(!first.store.holds(taken.term));
        second.renew().await;
        tokio::time::sleep(LEASE / 10).await;
        second.renew().await;
        let next = second.take(session).await;
        assert!(taken.epoch < next.epoch);
        assert!(second.store.holds(next.term));

        // Who comes back has a lease again, and nothing of what it had.
        assert!(!first.renew().await);
        assert!(!first.store.holds(taken.term));
        assert_eq!(first.owner_of(session).await.id, second.id);
        let late = row(session, taken.epoch, 2);
        let refused = first.store.append(late).await;
        assert!(matches!(refused, Err(JournalError::Fenced(_))), "{refused:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_without_a_lease_takes_nothing_over() {
    in_time(async {
        let test = TestStore::postgres().await;
        let (session, epoch) = owned_session(&*test.store, "1").await;
        let options = OpenOptions::clustered(LEASE);
        let store = open(&test.url, &options).await.unwrap();
        for _ in 0..2 {
            let refused = store.take_over(session).await;
            assert!(matches!(refused, Err(JournalError::Unavailable(_))), "{refused:?}");
            // Nor one that only believes in its lease.
            options.tenure.as_ref().unwrap().granted(boot_ms(), boot_ms(), false);
        }
        assert_eq!(test.store.take_over(session).await.unwrap().epoch, Epoch(epoch.0 + 1));
    })
    .await;
}

/// It can still send others, and what they ask for, to the right place.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_without_a_lease_knows_whose_a_session_is() {
    in_time(async {
        let test = TestStore::postgres().await;
        let (session, _) = owned_session(&*test.store, "1").await;
        let (owner, other) = (Node::of(&test).await, Node::of(&test).await);
        owner.take(session).await;
        other.options.tenure.as_ref().unwrap().end();
        assert_eq!(other.owner_of(session).await.id, owner.id);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_who_want_a_free_session_one_gets_it() {
    in_time(async {
        let test = TestStore::postgres().await;
        let (session, epoch) = owned_session(&*test.store, "1").await;
        let nodes = [Node::of(&test).await, Node::of(&test).await, Node::of(&test).await];
        let taken = nodes.each_ref().map(|node| node.store.take_over(session));
        let taken = futures_util::future::join_all(taken).await;
        let won: Vec<usize> = (0..3).filter(|at| taken[*at].is_ok()).collect();
        assert_eq!(won.len(), 1, "{taken:?}");
        let winner = &nodes[won[0]];
        assert_eq!(winner.take(session).await.epoch, Epoch(epoch.0 + 2));
        for node in nodes.iter().filter(|node| node.id != winner.id) {
            assert_eq!(node.owner_of(session).await.id, winner.id);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_given_back_is_free_at_once() {
    in_time(async {
        let test = TestStore::postgres().await;
        let (one, _) = owned_session(&*test.store, "1").await;
        let (two, _) = owned_session(&*test.store, "2").await;
        let (first, second) = (Node::of(&test).await, Node::of(&test).await);
        let before = first.take(one).await.epoch;
        let now = first.take(one).await.epoch;
        first.take(two).await;
        // Said of a time that is over: the session runs again.
        first.store.give_back(one, before).await.unwrap();
        assert_eq!(second.owner_of(one).await.id, first.id);
        first.store.give_back(one, now).await.unwrap();
        let next = second.take(one).await.epoch;
        // Not one's own any more, so it can't be given back.
        first.store.give_back(one, next).await.unwrap();
        assert_eq!(first.owner_of(one).await.id, second.id);
        assert_eq!(second.owner_of(two).await.id, first.id);

        let nodes = second.cluster().nodes().await.unwrap();
        assert_eq!(nodes.iter().map(|node| node.sessions).sum::<u64>(), 2);
        assert!(nodes.iter().all(|node| node.is_alive() && node.lease_left <= LEASE));
        first.cluster().end_lease().await.unwrap();
        second.take(two).await;
        let nodes = second.cluster().nodes().await.unwrap();
        let [only] = &nodes[..] else { panic!("{nodes:?}") };
        assert_eq!((only.peer.id, only.sessions), (second.id, 2));
        assert_eq!(only.version, env!("CARGO_PKG_VERSION"));
    })
    .await;
}
