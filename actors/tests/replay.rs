//! Whatever was asked of a session, replaying what happened gives the same session, byte for byte.

mod support;

use caja_actors::{
    codec::{decode_snapshot, encode_snapshot},
    session::{Entry, Session},
};
use proptest::prelude::*;
use support::{acts::script, stage::Stage};

fn replayed(entries: &[Entry]) -> Session {
    let mut session = Session::create(&entries[0]).expect("the first event is the creation");
    for entry in &entries[1..] {
        session.apply(entry);
    }
    session
}

proptest! {
    #![proptest_config(support::cases(100))]

    #[test]
    fn replay_equals_live(script in script(150), events_per_row in 1..40usize) {
        let stage = Stage::after(&script);
        let entries = stage.stored_entries(events_per_row);
        prop_assert_eq!(&entries, &stage.entries);
        let replayed = replayed(&entries);
        prop_assert_eq!(&replayed, &stage.session);
        prop_assert_eq!(encode_snapshot(&replayed), encode_snapshot(&stage.session));
    }

    #[test]
    fn a_snapshot_and_the_rest_of_the_journal_equal_live(
        script in script(150),
        cut in any::<prop::sample::Index>(),
    ) {
        let stage = Stage::after(&script);
        let (before, after) = stage.entries.split_at(1 + cut.index(stage.entries.len()));
        let mut session = decode_snapshot(&encode_snapshot(&replayed(before)))
            .expect("it was just encoded");
        for entry in after {
            session.apply(entry);
        }
        prop_assert_eq!(&session, &stage.session);
        prop_assert_eq!(encode_snapshot(&session), encode_snapshot(&stage.session));
    }

    /// The snapshot leaves indexes out, so equal bytes are not yet equal judgement.
    #[test]
    fn who_comes_from_a_snapshot_judges_like_who_lived_through_it(
        script in script(100),
        next in prop::collection::vec(support::acts::act(), 1..30),
    ) {
        let mut stage = Stage::after(&script);
        let copy = decode_snapshot(&encode_snapshot(&stage.session)).expect("just encoded");
        for act in &next {
            if let Some((command, at)) = stage.cast.command(&stage.session, act) {
                prop_assert_eq!(copy.decide(&command, at), stage.session.decide(&command, at));
            }
        }
    }

    #[test]
    fn a_refusal_changes_nothing_and_time_never_runs_backwards(script in script(150)) {
        let mut stage = Stage::new();
        for act in &script {
            let before = (stage.session.clone(), stage.entries.len());
            let is_refused = matches!(stage.play(act), Some(Err(_)));
            if is_refused {
                prop_assert_eq!(&before, &(stage.session.clone(), stage.entries.len()));
            }
        }
        prop_assert!(stage.entries.is_sorted_by_key(|entry| entry.at));
        prop_assert_eq!(stage.session.seq().0, stage.entries.len() as u64);
    }
}
