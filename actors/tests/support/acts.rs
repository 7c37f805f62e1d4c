//! Scripts: what people and facilitators might do, in any order, sensible or not.
//!
//! An act names people and activities by small numbers, which are looked up when it is played, so
//! that most acts do something and shrinking keeps a script meaningful.

use caja_actors::{activity::Step, session::Verdict};
use proptest::{collection::vec, option, prelude::*};

use super::configs::CONFIGS;

/// One thing that somebody does.
#[derive(Debug, Clone)]
pub(crate) enum Act {
    Wait {
        ms: u64,
    },
    EditSession {
        show_names: bool,
        late_join: bool,
        is_small: bool,
        is_stale: bool,
        /// Whether profane texts wait for a moderator, or are shown.
        reviews: bool,
    },
    Open,
    Complete,
    Announce {
        text: Option<u8>,
    },
    SetScreen {
        results: bool,
    },
    Add {
        config: u8,
    },
    Edit {
        activity: Target,
        config: Option<u8>,
    },
    /// One more story or question.
    Append {
        activity: Target,
    },
    Delete {
        activity: Target,
    },
    Order {
        by: u8,
        is_wrong: bool,
    },
    Step {
        activity: Target,
        step: Step,
    },
    Control {
        activity: Target,
        pick: u32,
        round: Aim,
    },
    Join {
        name: u8,
        device: Option<u8>,
        spectator: bool,
    },
    Rename {
        person: u8,
        name: u8,
    },
    Spectate {
        person: u8,
        spectator: bool,
    },
    Leave {
        person: u8,
    },
    Remove {
        person: u8,
        ban: bool,
        erase: bool,
    },
    /// One of the texts that are there, or one that is not.
    Moderate {
        pick: u16,
        verdict: Verdict,
        remove_author: bool,
    },
    Answer {
        person: u8,
        activity: Target,
        pick: u32,
        round: Aim,
        waited_ms: u64,
    },
    Withdraw {
        person: u8,
        activity: Target,
        round: Aim,
    },
    Elapse,
    AllAnswered,
    Observe {
        online: u8,
    },
}

/// Which activity is meant.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Target {
    Current,
    Nth(u8),
    Unknown,
}

/// Which round is meant.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Aim {
    Unsaid,
    Present,
    Before,
    After,
}

/// Sets a stage: an open session with these activities, the first one running, and a few people.
pub(crate) fn prologue(configs: &[u8]) -> Vec<Act> {
    let joins = (0..6).map(|n| Act::Join { name: 2 * n, device: Some(n), spectator: n == 4 });
    let activities = configs.iter().map(|config| Act::Add { config: *config });
    let start = Act::Step { activity: Target::Nth(0), step: Step::Activate };
    joins.chain(activities).chain([Act::Open, start]).collect()
}

/// A script of up to `most` acts after a prologue with activities of any sort.
pub(crate) fn script(most: usize) -> impl Strategy<Value = Vec<Act>> {
    script_of(most, 0..CONFIGS)
}

/// A script with activities of these sorts; now and then one of another sort is added.
pub(crate) fn script_of(
    most: usize,
    sorts: impl Strategy<Value = u8>,
) -> impl Strategy<Value = Vec<Act>> {
    let parts = (vec(sorts, 1..7), vec(act(), 0..most));
    parts.prop_map(|(configs, acts)| prologue(&configs).into_iter().chain(acts).collect())
}

pub(crate) fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        500 => answer(),
        120 => control(),
        80 => steps(),
        90 => people(),
        60 => moderation(),
        90 => waits(),
        60 => preparations(),
        10 => Just(Act::Open),
        1 => Just(Act::Complete),
    ]
}

pub(crate) fn answer() -> impl Strategy<Value = Act> {
    let fields =
        (0..12u8, target(), any::<u32>(), aim(), prop_oneof![4 => Just(0), 1 => 0..400u64]);
    let answer = fields.prop_map(|(person, activity, pick, round, waited_ms)| Act::Answer {
        person,
        activity,
        pick,
        round,
        waited_ms,
    });
    let withdraw = (0..12u8, target(), aim()).prop_map(|(person, activity, round)| Act::Withdraw {
        person,
        activity,
        round,
    });
    prop_oneof![12 => answer, 1 => withdraw]
}

pub(crate) fn control() -> impl Strategy<Value = Act> {
    (target(), any::<u32>(), aim()).prop_map(|(activity, pick, round)| Act::Control {
        activity,
        pick,
        round,
    })
}

fn steps() -> impl Strategy<Value = Act> {
    let step = prop_oneof![
        2 => Just(Step::Publish),
        1 => Just(Step::Unpublish),
        12 => Just(Step::Activate),
        1 => Just(Step::Expire),
        6 => Just(Step::Reopen),
    ];
    (prop_oneof![8 => (0..8u8).prop_map(Target::Nth), 2 => target()], step)
        .prop_map(|(activity, step)| Act::Step { activity, step })
}

fn people() -> impl Strategy<Value = Act> {
    let device = option::weighted(0.7, 0..14u8);
    let join = (0..14u8, device, prop::bool::weighted(0.2));
    prop_oneof![
        6 => join.prop_map(|(name, device, spectator)| Act::Join { name, device, spectator }),
        1 => (0..12u8, 0..14u8).prop_map(|(person, name)| Act::Rename { person, name }),
        1 => (0..12u8, any::<bool>())
            .prop_map(|(person, spectator)| Act::Spectate { person, spectator }),
        1 => (0..12u8).prop_map(|person| Act::Leave { person }),
        1 => (0..12u8, any::<bool>(), any::<bool>())
            .prop_map(|(person, ban, erase)| Act::Remove { person, ban, erase }),
    ]
}

fn moderation() -> impl Strategy<Value = Act> {
    let verdict = prop_oneof![3 => Just(Verdict::Approve), 2 => Just(Verdict::Hide)];
    let fields = (any::<u16>(), verdict, prop::bool::weighted(0.05));
    fields.prop_map(|(pick, verdict, remove_author)| Act::Moderate { pick, verdict, remove_author })
}

fn waits() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => (0..3_000u64).prop_map(|ms| Act::Wait { ms }),
        1 => (0..40_000u64).prop_map(|ms| Act::Wait { ms }),
        3 => Just(Act::Elapse),
        2 => Just(Act::AllAnswered),
        1 => (0..4u8).prop_map(|online| Act::Observe { online }),
    ]
}

fn preparations() -> impl Strategy<Value = Act> {
    let session = (any::<bool>(), prop::bool::weighted(0.8), prop::bool::weighted(0.2));
    prop_oneof![
        4 => (0..CONFIGS).prop_map(|config| Act::Add { config }),
        1 => (target(), option::of(0..CONFIGS))
            .prop_map(|(activity, config)| Act::Edit { activity, config }),
        2 => target().prop_map(|activity| Act::Append { activity }),
        1 => (0..8u8).prop_map(|n| Act::Delete { activity: Target::Nth(n) }),
        1 => (any::<u8>(), prop::bool::weighted(0.2))
            .prop_map(|(by, is_wrong)| Act::Order { by, is_wrong }),
        1 => option::of(0..3u8).prop_map(|text| Act::Announce { text }),
        1 => any::<bool>().prop_map(|results| Act::SetScreen { results }),
        2 => (session, any::<bool>(), prop::bool::weighted(0.7)).prop_map(
            |((show_names, late_join, is_small), is_stale, reviews)| {
                Act::EditSession { show_names, late_join, is_small, is_stale, reviews }
            },
        ),
    ]
}

fn target() -> impl Strategy<Value = Target> {
    prop_oneof![
        16 => Just(Target::Current),
        3 => (0..8u8).prop_map(Target::Nth),
        1 => Just(Target::Unknown),
    ]
}

fn aim() -> impl Strategy<Value = Aim> {
    prop_oneof![
        4 => Just(Aim::Unsaid),
        8 => Just(Aim::Present),
        1 => Just(Aim::Before),
        1 => Just(Aim::After),
    ]
}

/// One question: asked, perhaps twice, answered by most, perhaps judged, revealed.
fn question() -> impl Strategy<Value = Vec<Act>> {
    let control = |pick| Act::Control { activity: Target::Current, pick, round: Aim::Present };
    let answer = (0..400u64, 0..6u8, any::<u32>()).prop_map(|(ms, person, pick)| {
        let (activity, round) = (Target::Current, Aim::Present);
        vec![Act::Wait { ms }, Act::Answer { person, activity, pick, round, waited_ms: 0 }]
    });
    // Judges a buzzer; is refused elsewhere.
    let judge = any::<u32>().prop_map(move |pick| vec![control(5 + pick / 64 * 8)]);
    let answers = vec(prop_oneof![6 => answer, 1 => judge], 3..12);
    // Until all of these quizzes are open, or so that only those without a countdown are.
    let opening = || prop_oneof![Just(3_000), 0..900u64];
    let again = option::weighted(0.2, opening());
    (opening(), again, answers).prop_map(move |(opening, again, answers)| {
        let ask = [control(0), Act::Wait { ms: opening }];
        let redo = again.map(|ms| [control(7), Act::Wait { ms }]).into_iter().flatten();
        ask.into_iter().chain(redo).chain(answers.concat()).chain([control(0)]).collect()
    })
}

/// A quiz from its first question to its end.
pub(crate) fn quiz_script() -> impl Strategy<Value = Vec<Act>> {
    let sort = prop::sample::select(vec![10u8, 10, 11, 12, 15]);
    (sort, vec(question(), 1..7), any::<bool>()).prop_map(|(sort, questions, appends)| {
        let append = appends.then_some(Act::Append { activity: Target::Current });
        let start = prologue(&[sort]).into_iter().chain(append);
        start.chain(questions.concat()).collect()
    })
}
