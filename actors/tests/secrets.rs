//! What nobody may see yet is in no body: cards, answers, keys, later questions and stories, and
//! what somebody wrote who was removed. Secrets have names that nothing else has.

mod support;

use std::collections::{BTreeMap, BTreeSet};

use caja_actors::{
    activity::{Change, Step, View, poker::PokerChange, quiz::QuizChange},
    session::{
        Event, FrameContext, Item, Membership, Seat, Section, Session, TextStatus, Version, Wanted,
    },
};
use proptest::prelude::*;
use support::{
    acts::{Act, Aim, Target, prologue, script_of},
    configs::{CARDS, SECRET_NUMBER},
    stage::{Stage, audience, to_value},
};

/// Poker with marked cards, three quizzes, and clouds and texts that participants see.
const SORTS: [u8; 8] = [4, 5, 6, 10, 11, 12, 13, 15];

/// A view's whole frame.
fn frame(session: &Session, view: View, stage: &Stage) -> String {
    let audience = audience(session, |seat| seat.0 % 3 != 0);
    let context = FrameContext {
        join_url: "https://a.example/j/123456",
        me_version: Version(1),
        audience: &audience,
        at: stage.cast.now,
    };
    let body = Section::of(view)
        .iter()
        .map(|section| (section.name(), to_value(&session.section(*section, &context))));
    serde_json::to_string(&body.collect::<BTreeMap<_, _>>()).expect("it is JSON already")
}

/// What was told so far: of each quiz the prompts and keys, by activity number and question.
#[derive(Default)]
struct Told {
    asked: BTreeSet<(u16, u16)>,
    revealed: BTreeSet<(u16, u16)>,
    present: BTreeMap<u16, u16>,
}

impl Told {
    fn note(&mut self, event: &Event) {
        let Event::Controlled { activity, change: Change::Quiz(change) } = event else { return };
        match change {
            QuizChange::Asked { question, .. } | QuizChange::AskedAgain { question, .. } => {
                self.asked.insert((activity.0, *question));
                self.revealed.remove(&(activity.0, *question));
                self.present.insert(activity.0, *question);
            }
            QuizChange::Revealed => {
                self.revealed.insert((activity.0, self.present[&activity.0]));
            }
            QuizChange::LeaderboardShown | QuizChange::Judged { .. } | QuizChange::Finished => {}
        }
    }
}

/// What must not be in any frame of the current activity just now.
fn forbidden(stage: &Stage, told: &Told, view: View) -> Vec<String> {
    let Some(activity) = stage.session.current() else {
        // Nothing runs: nothing of any activity but titles.
        return ["PROMPT-", "EXPLANATION-", SECRET_NUMBER, "CARD-", "TEXT-", "-55500"]
            .map(str::to_owned)
            .to_vec();
    };
    let running = activity.state.running();
    let mut forbidden = vec![];
    let is_revealed = running.is_revealed();
    match activity.state.kind().name() {
        "quiz" => {
            for question in 0..12 {
                let key = (activity.no.0, question);
                let is_current = told.present.get(&activity.no.0) == Some(&question);
                if !told.asked.contains(&key) || !is_current {
                    forbidden.push(format!("PROMPT-{question}."));
                }
                if !told.revealed.contains(&key) || !is_current {
                    forbidden.push(format!("EXPLANATION-{question}."));
                }
            }
            if !is_revealed {
                forbidden.extend(
                    ["\"correct\"", "\"counts\"", "\"fastest\"", SECRET_NUMBER, "-55500"]
                        .map(str::to_owned),
                );
            }
            forbidden.push("CARD-".into());
        }
        "poker" => {
            if !is_revealed {
                forbidden.extend(
                    ["\"votes\"", "\"card\"", "\"mean\"", "\"mode\"", "\"proposal\""]
                        .map(str::to_owned),
                );
            }
            if view == View::Participant {
                let current = running.current().map(|current| to_value(&current));
                let at = current.and_then(|it| it["index"].as_u64()).unwrap_or_default();
                let others = (0..12).filter(|story| *story != at);
                forbidden.extend(others.map(|story| format!("STORY-TITLE-{story}.")));
            }
            forbidden.extend(["PROMPT-", "EXPLANATION-"].map(str::to_owned));
        }
        _ => forbidden.extend(["PROMPT-", "EXPLANATION-", "CARD-"].map(str::to_owned)),
    }
    forbidden
}

/// What people read of themselves at `/me`: their own answers, and no question's outcome before
/// it was revealed.
fn own_bodies(stage: &Stage, told: &Told) -> Result<(), String> {
    for activity in stage.session.activities() {
        let config = activity.state.config();
        for seat in (0..).map(Seat).take(stage.session.people().seats().len()) {
            let given = activity.state.given(seat);
            let body = given.as_ref().and_then(|given| config.answer_body(given));
            let body = body.map(|body| to_value(&body).to_string()).unwrap_or_default();
            let own = format!("TEXT-{}-", seat.0);
            if body.matches("TEXT-").count() != body.matches(&own).count() {
                return Err(format!("{seat:?} reads {body}"));
            }
        }
    }
    let current = stage.session.current().filter(|it| it.state.kind().name() == "quiz");
    let judged = stage.session.standings().questions;
    let revealed = |no: u16, id: &str| told.revealed.iter().any(|it| *it == (no, number(id)));
    match current {
        Some(quiz) => match judged.iter().find(|log| !revealed(quiz.no.0, &log.question)) {
            Some(log) => Err(format!("{} was judged too early", log.question)),
            None => Ok(()),
        },
        None => Ok(()),
    }
}

fn number(id: &str) -> u16 {
    id.trim_start_matches('q').parse().expect("questions are numbered")
}

/// How often each marked card is written: in the deck and in the list of cards, before the reveal.
/// What was accepted for a story stays in the runner's list, which ends the frame.
fn cards_shown(body: &str) -> Vec<usize> {
    let body = body.split("\"stories\"").next().unwrap_or_default();
    CARDS.iter().map(|card| body.matches(card).count()).collect()
}

proptest! {
    #![proptest_config(support::cases(80))]

    #[test]
    fn no_frame_tells_too_early(script in script_of(120, prop::sample::select(&SORTS[..]))) {
        let (mut stage, mut told, mut noted) = (Stage::new(), Told::default(), 0);
        for act in &script {
            let _ = stage.play(act);
            for entry in &stage.entries[noted..] {
                told.note(&entry.event);
            }
            noted = stage.entries.len();
            for view in [View::Participant, View::Runner] {
                let body = frame(&stage.session, view, &stage);
                for secret in forbidden(&stage, &told, view) {
                    prop_assert!(!body.contains(&secret), "{} in {:?}: {}", secret, view, body);
                }
                if let Err(told) = own_bodies(&stage, &told) {
                    prop_assert!(false, "{}", told);
                }
                let is_hidden = stage.session.current().is_some_and(|activity| {
                    activity.state.kind().name() == "poker" && !activity.state.running().is_revealed()
                });
                if is_hidden {
                    // Another deck than the marked one has none of them.
                    let shown = cards_shown(&body);
                    prop_assert!([[0; 4], [2; 4]].iter().any(|it| *shown == *it), "{}", body);
                }
            }
        }
    }

    /// Who was removed is in no list, and neither is what they wrote.
    #[test]
    fn who_was_removed_is_in_no_frame(script in script_of(120, prop::sample::select(&SORTS[..]))) {
        let mut stage = Stage::new();
        for act in &script {
            let _ = stage.play(act);
        }
        for view in [View::Participant, View::Runner] {
            let body = frame(&stage.session, view, &stage);
            let people = stage.session.people().seats().iter();
            for person in people.filter(|person| person.presence == Membership::Removed) {
                prop_assert!(!body.contains(&person.id.to_string()), "{}", body);
            }
        }
    }

    /// A nickname or a text that waits or was hidden is in no frame; the number that waits is.
    #[test]
    fn what_moderators_hold_back_is_in_no_frame(
        script in script_of(120, prop::sample::select(&[4u8, 6, 11, 13][..])),
    ) {
        let mut stage = Stage::new();
        for act in &script {
            let _ = stage.play(act);
            let everything: Vec<Item> = stage.session.items(Wanted::default()).collect();
            let (shown, held): (Vec<_>, Vec<_>) =
                everything.iter().partition(|item| item.status == TextStatus::Visible);
            for view in [View::Participant, View::Runner] {
                let body = frame(&stage.session, view, &stage);
                for item in &held {
                    // Somebody else may be called so by now, or write the same.
                    let is_shown = shown.iter().any(|it| it.text == item.text);
                    let quoted = format!("\"{}\"", item.text);
                    prop_assert!(is_shown || !body.contains(&quoted), "{:?} in {}", item, body);
                }
                if view == View::Runner {
                    let waiting = held.iter().filter(|it| it.status == TextStatus::Pending).count();
                    let said = format!("\"pending_moderation\":{waiting},");
                    prop_assert!(body.contains(&said), "{} in {}", said, body);
                }
            }
        }
    }

    /// Two events that differ only in what nobody may see yet look the same to everybody.
    #[test]
    fn before_the_reveal_a_frame_does_not_depend_on_the_cards(
        votes in prop::collection::vec((0..6u8, 0..6u32, 0..6u32), 1..30),
    ) {
        let mut stages = [Stage::after(&prologue(&[6])), Stage::after(&prologue(&[6]))];
        for (person, card, other) in votes {
            let answer = |pick| Act::Answer {
                person,
                activity: Target::Current,
                pick,
                round: Aim::Unsaid,
                waited_ms: 0,
            };
            let _ = stages[0].play(&answer(card));
            let _ = stages[1].play(&answer(other));
            for view in [View::Participant, View::Runner] {
                let [one, two] = [0, 1].map(|n| frame(&stages[n].session, view, &stages[n]));
                prop_assert_eq!(one, two);
            }
        }
    }
}

fn control(pick: u32) -> Act {
    Act::Control { activity: Target::Current, pick, round: Aim::Unsaid }
}

fn answer(person: u8, pick: u32) -> Act {
    Act::Answer { person, activity: Target::Current, pick, round: Aim::Unsaid, waited_ms: 0 }
}

fn happens(stage: &mut Stage, act: &Act) {
    let granted = stage.play(act).expect("it is a command");
    assert!(granted.is_ok_and(|it| it.happened), "{act:?}");
}

/// The searches above find something once it may be seen: so they can fail.
#[test]
fn what_was_hidden_is_seen_after_the_reveal() {
    let mut stage = Stage::after(&prologue(&[6]));
    happens(&mut stage, &answer(0, 0));
    let both = |stage: &Stage| {
        [View::Participant, View::Runner].map(|it| frame(&stage.session, it, stage))
    };
    for body in both(&stage) {
        assert_eq!(cards_shown(&body), [2, 2, 2, 2]);
    }
    happens(&mut stage, &control(0));
    let revealed = Change::Poker(PokerChange::Revealed);
    assert!(
        matches!(&stage.entries.last().unwrap().event, Event::Controlled { change, .. } if *change == revealed)
    );
    for body in both(&stage) {
        assert!(
            cards_shown(&body)[0] > 3 && body.contains("\"votes\"") && body.contains("\"card\"")
        );
        assert!(body.contains("STORY-TITLE-0."));
    }

    let mut stage = Stage::after(&prologue(&[10]));
    let see = |stage: &mut Stage, act: &Act, words: &[&str], is_seen: bool| {
        happens(stage, act);
        for body in both(stage) {
            for word in words {
                assert_eq!(body.contains(word), is_seen, "{word} in {body}");
            }
        }
    };
    see(&mut stage, &control(0), &["PROMPT-0."], true);
    see(&mut stage, &answer(0, 3), &["\"correct\"", "EXPLANATION-0.", "\"counts\""], false);
    let shown = ["\"correct\"", "EXPLANATION-0.", "\"counts\"", "\"fastest\""];
    see(&mut stage, &control(0), &shown, true);
    see(&mut stage, &control(0), &["PROMPT-1."], true);
    see(&mut stage, &answer(0, 3), &[SECRET_NUMBER], false);
    see(&mut stage, &answer(1, 1), &["-555000"], false);
    see(&mut stage, &control(0), &[SECRET_NUMBER, "-5550001"], true);
}

#[test]
fn the_text_of_who_was_removed_is_hidden_and_still_counted() {
    let mut stage = Stage::after(&prologue(&[4]));
    happens(&mut stage, &answer(0, 1));
    happens(&mut stage, &answer(1, 1));
    let before = frame(&stage.session, View::Participant, &stage);
    assert!(before.contains("TEXT-0-1.") && before.contains("TEXT-1-1."));
    happens(&mut stage, &Act::Remove { person: 0, ban: false, erase: false });
    happens(&mut stage, &Act::Leave { person: 1 });
    for view in [View::Participant, View::Runner] {
        let body = frame(&stage.session, view, &stage);
        assert!(!body.contains("TEXT-0-1.") && body.contains("TEXT-1-1."), "{body}");
        assert!(body.contains("\"responses\":2"), "{body}");
    }
}

#[test]
fn drafts_and_published_activities_show_their_titles_only() {
    let mut stage = Stage::new();
    for act in prologue(&[0]).iter().chain([6, 10, 14].map(|config| Act::Add { config }).iter()) {
        happens(&mut stage, act);
    }
    for n in 1..4 {
        happens(&mut stage, &Act::Step { activity: Target::Nth(n), step: Step::Publish });
    }
    for view in [View::Participant, View::Runner] {
        let body = frame(&stage.session, view, &stage);
        for secret in ["PROMPT-", "EXPLANATION-", "CARD-", "STORY-TITLE", SECRET_NUMBER, "coffee"] {
            assert!(!body.contains(secret), "{secret} in {body}");
        }
        assert!(body.contains("Activity of sort 10"));
    }
}
