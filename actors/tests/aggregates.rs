//! Results that are counted as answers come equal a recount of all that was granted, in both views
//! and after every act: rounds, resets, reopening, people who come, go, watch or are removed.

mod support;

use std::collections::BTreeMap;

use caja_actors::{activity::View, session::Seat};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use support::{
    acts::{Act, quiz_script, script, script_of},
    configs::CONFIGS,
    recount::Recount,
    recount_sheet::key,
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

proptest! {
    #![proptest_config(support::cases(100))]

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
