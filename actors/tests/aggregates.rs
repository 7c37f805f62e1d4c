//! Results that are counted as answers come equal a recount of all that was granted, in both views
//! and after every act: rounds, resets, reopening, people who come, go, watch or are removed.

mod support;

use std::collections::BTreeMap;

use caja_actors::{activity::View, session::Seat};
use proptest::{collection::vec, prelude::*};
use serde_json::{Map, Value, json};
use support::{
    acts::{Act, Aim, Target, prologue, script, script_of},
    configs::CONFIGS,
    recount::{Recount, key},
    stage::{Stage, results_of},
};

/// The results as the recount writes them: lists of people as pairs, words by key.
fn simple(kind: &str, results: &Value) -> Value {
    let pairs = |list: &Value, fields: &[&str]| -> Value {
        let of = |row: &Value| {
            let fields = fields.iter().map(|field| row[*field].clone());
            fields.collect::<Value>()
        };
        list.as_array().map_or(Value::Null, |rows| rows.iter().map(of).collect())
    };
    let mut simple = results.clone();
    match kind {
        "poll" if results["latest"].is_array() => {
            let texts = results["latest"].as_array().expect("a list");
            simple["latest"] = texts.iter().map(|item| item["text"].clone()).collect();
        }
        "poker" => {
            simple["voters"] = pairs(&results["voters"], &["participant_id", "voted"]);
            simple["cards"] = pairs(&results["cards"], &["participant_id", "card"]);
            if let Some(rounds) = results["rounds"].as_array() {
                let of = |it: &Value| json!({"round": it["round"], "votes": it["votes"]});
                simple["rounds"] = rounds.iter().map(of).collect();
            }
        }
        "quiz" => {
            simple["order"] = pairs(&results["order"], &["participant_id", "ms"]);
            simple["fastest"] = pairs(&results["fastest"], &["participant_id", "ms"]);
            let row = ["participant_id", "score", "rank"];
            simple["leaderboard"] = pairs(&results["leaderboard"], &row);
        }
        "wordcloud" => {
            let words = results["words"].as_array().expect("a list");
            assert!(words.is_sorted_by_key(|word| -word["count"].as_i64().expect("a number")));
            let by_key: BTreeMap<String, Value> = words
                .iter()
                .map(|word| (key(word["text"].as_str().expect("a text")), word["count"].clone()))
                .collect();
            assert_eq!(by_key.len(), words.len(), "every word once: {words:?}");
            simple["words"] = json!(by_key);
        }
        _ => {}
    }
    simple
}

fn compare(stage: &Stage, recount: &Recount, act: &Act) -> Result<(), TestCaseError> {
    let is_online = |seat: usize| !seat.is_multiple_of(3);
    let audience = stage.audience(|seat: Seat| is_online(seat.index()));
    for view in [View::Participant, View::Runner] {
        let shown = stage.show(results_of(view), &audience);
        let Some((kind, expected)) = recount.results(view, is_online) else {
            prop_assert_eq!(&shown, &Value::Null);
            continue;
        };
        let Some(expected) = expected else {
            prop_assert_eq!(&shown, &Value::Null, "{:?} sees nothing, after {:?}", view, act);
            continue;
        };
        let shown = simple(kind, &shown);
        let expected: &Map<String, Value> = expected.as_object().expect("an object");
        for (field, value) in expected {
            prop_assert_eq!(
                &shown[field],
                value,
                "{} of a {} for {:?}, after {:?}",
                field,
                kind,
                view,
                act
            );
        }
    }
    Ok(())
}

fn check(script: &[Act]) -> Result<(), TestCaseError> {
    let (mut stage, mut recount) = (Stage::new(), Recount::default());
    for act in script {
        if let Some(Ok(granted)) = stage.play(act) {
            recount.hear(&granted);
        }
        compare(&stage, &recount, act)?;
    }
    Ok(())
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
    let again = proptest::option::weighted(0.2, opening());
    (opening(), again, answers).prop_map(move |(opening, again, answers)| {
        let ask = [control(0), Act::Wait { ms: opening }];
        let redo = again.map(|ms| [control(7), Act::Wait { ms }]).into_iter().flatten();
        ask.into_iter().chain(redo).chain(answers.concat()).chain([control(0)]).collect()
    })
}

/// A quiz from its first question to its end.
fn quiz_script() -> impl Strategy<Value = Vec<Act>> {
    let sort = prop::sample::select(vec![10u8, 10, 11, 12, 15]);
    (sort, vec(question(), 1..7), any::<bool>()).prop_map(|(sort, questions, appends)| {
        let append = appends.then_some(Act::Append { activity: Target::Current });
        let start = prologue(&[sort]).into_iter().chain(append);
        start.chain(questions.concat()).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn results_of_several_activities_equal_a_recount(script in script(120)) {
        check(&script)?;
    }

    #[test]
    fn results_of_one_type_equal_a_recount(
        script in (0..CONFIGS).prop_flat_map(|sort| script_of(100, Just(sort))),
    ) {
        check(&script)?;
    }

    #[test]
    fn scores_equal_a_recount(script in quiz_script()) {
        check(&script)?;
    }
}
