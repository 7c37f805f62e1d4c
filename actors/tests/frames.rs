//! What pollers get: whoever follows the contract's rule ends with exactly the last frame, in
//! whatever order, however often, and with whatever losses the answers reach them.

mod support;

use std::{collections::BTreeMap, sync::Arc};

use caja_actors::{
    activity::{Step, View},
    publish::{Frame, Frames},
    session::{Section, Sections, Session, Version},
};
use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use serde_json::Value;
use support::{
    acts::{Act, Aim, Target, prologue, script, script_of},
    in_time,
    journal::Mode,
    node::Node,
    stage::{Stage, audience, show},
    until,
};

const VIEWS: [View; 2] = [View::Participant, View::Runner];

/// Every different state that a node published while a script was played, oldest first.
async fn history(script: &[Act]) -> Vec<Arc<Frames>> {
    let node = Node::new();
    let mut stage = Stage::new();
    let mut history: Vec<Arc<Frames>> = vec![];
    for (turn, act) in script.iter().enumerate() {
        match stage.cast.command(&stage.session, act) {
            None => node.clock.advance(500),
            Some((command, at)) => {
                if let Ok(receipt) = node.ask_at(command, at).await {
                    stage.cast.heard(&receipt.reply);
                    if turn % 4 == 0 {
                        let is_shown = || receipt.version <= node.version(View::Participant);
                        until("the effect", is_shown).await;
                    }
                }
            }
        }
        if turn % 23 == 22 {
            interrupt(&node, turn).await;
        }
        stage.session = node.session().await;
        let frames = node.published().frames().clone();
        if history.last().is_none_or(|last| !Arc::ptr_eq(last, &frames)) {
            history.push(frames);
        }
    }
    history
}

/// The session leaves memory, or its actor dies: the next request takes a new epoch.
async fn interrupt(node: &Node, turn: usize) {
    if turn.is_multiple_of(2) {
        in_time(node.registry.drain()).await;
    } else {
        node.journal.set(Mode::Panic);
        let _ = node.ask(support::commands::announce(turn, '.')).await;
        node.journal.set(Mode::Commit);
    }
}

fn histories(n: usize, most: usize) -> Vec<Vec<Act>> {
    let mut runner = TestRunner::deterministic();
    let strategy = script(most);
    (0..n).map(|_| strategy.new_tree(&mut runner).expect("it makes one").current()).collect()
}

type Known = BTreeMap<String, Value>;

fn parsed(body: &[u8]) -> (u64, Option<u64>, Known) {
    let mut sections: Known = serde_json::from_slice(body).expect("it is an object");
    let version = sections.remove("version").and_then(|it| it.as_u64()).expect("it is there");
    let since = sections.remove("since").map(|it| it.as_u64().expect("it is a number"));
    (version, since, sections)
}

/// A device that follows the contract's rule.
#[derive(Default)]
struct Client {
    have: Option<u64>,
    sections: Known,
    wants_all: bool,
}

impl Client {
    fn asks(&self, frame: &Frame) -> Vec<u8> {
        match self.have.filter(|_| !self.wants_all) {
            Some(have) => frame.since(Version(have)).to_vec(),
            None => frame.body.to_vec(),
        }
    }

    fn hears(&mut self, body: &[u8]) {
        let (version, since, sections) = parsed(body);
        if self.have.is_some_and(|have| version <= have) {
            return;
        }
        match since {
            None => {
                self.sections = sections;
                self.wants_all = false;
            }
            Some(since) if self.have.is_some_and(|have| since <= have) => {
                self.sections.extend(sections);
            }
            Some(_) => {
                self.wants_all = true;
                return;
            }
        }
        self.have = Some(version);
    }
}

/// What happens to a device and its answers.
#[derive(Debug, Clone)]
enum Move {
    /// It asks a node that is so far behind.
    Ask { behind: usize },
    /// Time passes: so many more states are published.
    Publish(usize),
    /// An answer of those under way reaches it; perhaps not for the last time.
    Hear { which: usize, again: bool },
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let lag = prop_oneof![3 => Just(0), 1 => 0..6usize];
    prop::collection::vec(
        prop_oneof![
            4 => lag.prop_map(|behind| Move::Ask { behind }),
            4 => (0..4usize).prop_map(Move::Publish),
            5 => (any::<usize>(), any::<bool>())
                .prop_map(|(which, again)| Move::Hear { which, again }),
        ],
        0..60,
    )
}

fn follow(history: &[Arc<Frames>], view: View, moves: &[Move]) {
    let (mut client, mut under_way, mut now) = (Client::default(), vec![], 0);
    for step in moves {
        match step {
            Move::Publish(states) => now = (now + states).min(history.len() - 1),
            Move::Ask { behind } => {
                under_way.push(client.asks(history[now.saturating_sub(*behind)].view(view)));
            }
            Move::Hear { .. } if under_way.is_empty() => {}
            Move::Hear { which, again } => {
                let which = which % under_way.len();
                client.hears(&under_way[which]);
                if !again {
                    under_way.swap_remove(which);
                }
            }
        }
    }
    let last = history.last().expect("something was published").view(view);
    for body in [client.asks(last), client.asks(last)] {
        client.hears(&body);
    }
    if client.wants_all {
        client.hears(&last.body);
    }
    let (version, _, sections) = parsed(&last.body);
    assert_eq!(client.have, Some(version));
    assert_eq!(client.sections, sections);
}

#[actix::test]
async fn who_follows_the_rule_ends_with_the_last_frame() {
    let mut runner = TestRunner::deterministic();
    let strategy = moves();
    for script in histories(8, 90) {
        let history = history(&script).await;
        for _ in 0..40 {
            let moves = strategy.new_tree(&mut runner).expect("it makes one").current();
            VIEWS.into_iter().for_each(|view| follow(&history, view, &moves));
        }
    }
}

#[actix::test]
async fn versions_only_grow_and_name_what_they_stand_for() {
    for script in histories(8, 90) {
        let history = history(&script).await;
        let mut epochs = vec![];
        for view in VIEWS {
            let mut before: Option<&Frame> = None;
            for frames in &history {
                let frame = frames.view(view);
                if let Some(before) = before {
                    assert!(before.version <= frame.version);
                    // Not modified means the very same bytes, and nothing else does.
                    assert_eq!(before.etag == frame.etag, before.version == frame.version);
                    assert_eq!(before.etag == frame.etag, before.body == frame.body);
                    assert!(before.wakes <= frame.wakes && frame.wakes <= frame.version);
                }
                let name = if view == View::Runner { 'r' } else { 'p' };
                assert_eq!(frame.etag, format!("\"{name}-{}\"", frame.version.0));
                assert_eq!(parsed(&frame.body).0, frame.version.0);
                epochs.push(frame.version.epoch());
                before = Some(frame);
            }
        }
        epochs.sort_unstable();
        epochs.dedup();
        assert!(script.len() < 30 || epochs.len() > 1, "the session was interrupted");
    }
}

#[actix::test]
async fn every_delta_leads_from_its_since_to_its_version() {
    for script in histories(4, 90) {
        let history = history(&script).await;
        for view in VIEWS {
            for (at, newer) in history.iter().enumerate() {
                let newer = newer.view(view);
                let (version, _, whole) = parsed(&newer.body);
                for older in &history[..=at] {
                    let older = older.view(view);
                    let (told, since, changed) = parsed(&newer.since(older.version));
                    assert_eq!(told, version);
                    if older.version.epoch() != newer.version.epoch() {
                        assert_eq!((since, &changed), (None, &whole), "another owner's version");
                        continue;
                    }
                    assert_eq!(since, Some(older.version.0));
                    let mut sections = parsed(&older.body).2;
                    sections.extend(changed);
                    assert_eq!(sections, whole);
                }
                let nothing = format!("{{\"version\":{version},\"since\":{version}}}");
                assert_eq!(newer.since(newer.version), nothing);
                assert_eq!(newer.since(newer.version.next()), newer.body, "from the future");
                assert_eq!(newer.since(Version(0)), newer.body);
            }
        }
    }
}

/// What a section shows, by a clock and an audience that stand still.
fn shown(session: &Session, like: &Stage) -> Vec<(Section, Value)> {
    let audience = audience(&like.session, |seat| seat.0 % 3 != 0);
    let sections = VIEWS.into_iter().flat_map(Section::of);
    sections
        .filter(|section| **section != Section::MeVersion)
        .map(|section| (*section, show(session, *section, &audience, like.cast.now)))
        .collect()
}

/// `/me` is fetched again when its version moves, and the scores in it are rendered then.
#[test]
fn starting_another_quiz_moves_the_version_of_what_everybody_reads_of_themselves() {
    let mut stage = Stage::after(&prologue(&[10, 10]));
    let next = Act::Control { activity: Target::Current, pick: 0, round: Aim::Unsaid };
    for act in [&next, &next] {
        assert!(stage.play(act).is_some_and(|granted| granted.is_ok()), "asked, then revealed");
    }
    assert_eq!(stage.session.standings().questions.len(), 1);
    let second = Act::Step { activity: Target::Nth(1), step: Step::Activate };
    let mut before = stage.session.clone();
    assert!(stage.play(&second).is_some_and(|granted| granted.is_ok()));
    assert_eq!(stage.session.standings().questions.len(), 0);
    let touched = before.apply(stage.entries.last().expect("it happened"));
    assert!(touched.contains(Section::MeVersion));
}

proptest! {
    #![proptest_config(support::cases(60))]

    /// Only sections that an event names are rendered again, so it must name all it changes.
    #[test]
    fn an_event_names_every_section_that_it_changes(
        script in prop_oneof![script(100), script_of(100, 10..13u8)],
    ) {
        let mut stage = Stage::new();
        for act in &script {
            let Some((command, at)) = stage.cast.command(&stage.session, act) else { continue };
            let before = (stage.session.clone(), stage.entries.len());
            let decision = stage.perform(&command, at);
            if let Ok(decision) = &decision {
                stage.cast.heard(&decision.reply);
            }
            if stage.entries.len() == before.1 {
                continue;
            }
            let (was, is) = (before.0, stage.session.clone());
            stage.session = was.clone();
            let mut again = was.clone();
            let touched: Sections = again.apply(stage.entries.last().expect("it happened"));
            let (old, new) = (shown(&was, &stage), shown(&is, &stage));
            stage.session = is;
            for ((section, old), (_, new)) in old.into_iter().zip(new) {
                prop_assert!(touched.contains(section) || old == new, "{section:?} by {command:?}");
            }
            let is_new = |section| touched.contains(section);
            if !is_new(Section::MeVersion) {
                prop_assert_eq!(was.standings(), stage.session.standings(), "{:?}", command);
            }
            if !is_new(Section::Activities) {
                let published = |session: &Session| -> Vec<_> {
                    let all = session.activities().iter();
                    all.map(|it| (it.id, it.no, it.round, it.state.config())).collect()
                };
                prop_assert_eq!(published(&was), published(&stage.session), "{:?}", command);
            }
        }
    }
}
