//! Ownership, simulated: nodes, their clocks, the network and the store, with pauses, partitions,
//! drift, crashes and lost messages, by the thousand and each from a number.
//!
//! What a node may do is decided by the server's own [`Tenure`]; the store does what the SQL of
//! `store/postgres` says, one statement at a time. What must hold is checked at every step:
//!
//! - at most one node holds a session;
//! - nothing is acknowledged under an epoch once a later one has acknowledged;
//! - who takes a session over reads all that was acknowledged before;
//! - in the end everything acknowledged is in the journal, once;
//! - when all faults are over, everybody is answered within two leases.

#[path = "model/world.rs"]
mod world;

use world::{Broken, Rules, simulate};

/// Runs of each test; `make faults` asks for many more.
fn runs() -> u64 {
    std::env::var("CAJA_MODEL_RUNS").ok().and_then(|runs| runs.parse().ok()).unwrap_or(500)
}

#[test]
fn no_two_nodes_own_a_session_and_nothing_acknowledged_is_lost() {
    let mut seen = world::Seen::default();
    for seed in 0..runs() {
        match simulate(seed, Rules::KEPT) {
            Ok(run) => seen.add(&run),
            Err(broken) => panic!("run {seed}: {broken:?}"),
        }
    }
    println!("{seen:?}");
    // What never happens proves nothing.
    assert!(seen.take_overs > runs() && seen.terms > runs() * 10, "{seen:?}");
    assert!(seen.fenced > 0 && seen.acknowledged > runs() * 50, "{seen:?}");
}

/// Each rule is there for a reason: without it, some run goes wrong.
#[test]
fn every_rule_is_needed() {
    use Broken::{Doubled, LateEpoch, Lost, TwoOwners};
    for (what, rules, kinds) in [
        (
            "a lease counts from the request",
            Rules { counts_from_request: false, ..Rules::KEPT },
            &[TwoOwners, LateEpoch][..],
        ),
        ("clocks drift", Rules { allows_for_drift: false, ..Rules::KEPT }, &[TwoOwners, LateEpoch]),
        (
            "a lease that ended ends what was owned under it",
            Rules { minds_terms: false, ..Rules::KEPT },
            &[TwoOwners, LateEpoch],
        ),
        (
            "a lease is looked at before each acknowledgment",
            Rules { looks_before_acknowledging: false, ..Rules::KEPT },
            &[LateEpoch],
        ),
        (
            "an append counts only under the session's epoch",
            Rules { fences_appends: false, ..Rules::KEPT },
            &[Lost, Doubled],
        ),
        (
            "the epoch is raised before the session is read",
            Rules { raises_before_reading: false, ..Rules::KEPT },
            &[Lost],
        ),
        (
            "what is acknowledged is durable",
            Rules { waits_for_the_store: false, ..Rules::KEPT },
            &[Lost],
        ),
        (
            "a session is taken over from the dead only",
            Rules { respects_leases: false, ..Rules::KEPT },
            &[TwoOwners, LateEpoch],
        ),
    ] {
        let goes_wrong = |seed| simulate(seed, rules).is_err_and(|broken| kinds.contains(&broken));
        assert!((0..10_000).any(goes_wrong), "nothing shows why {what}");
    }
}
