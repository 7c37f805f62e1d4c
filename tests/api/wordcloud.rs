//! Word clouds: people are counted, not spellings, and what is not wanted is not shown.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    app::TestApp,
    crowd::{MANY, all_answer, all_change, crowd},
    on_both, on_one,
    room::Room,
    secrets::{all_bodies, assert_hidden},
};

on_both! {
    the_words_of_many_are_counted_by_person,
}

on_one! {
    hidden_and_merged_words_move_the_counts_at_once,
    banned_words_are_refused_and_never_listed,
    words_have_limits,
}

/// Three words of everybody, from a small vocabulary.
fn words(n: usize) -> Value {
    json!({"words": [format!("w{}", n % 7), format!("v{}", n % 61), "Same"]})
}

async fn the_words_of_many_are_counted_by_person(app: TestApp) {
    let room = Room::open(&app).await;
    let cloud = room.run("wordcloud", json!({"prompt": "Mood?"})).await;
    let phones = crowd(&room, MANY).await;
    let first: Vec<Value> = (0..MANY).map(words).collect();
    let last: Vec<Value> = (0..MANY).map(|n| words(n + n % 2)).collect();
    all_answer(&room, &cloud, &phones, &first).await;
    all_change(&cloud, &phones, &last).await;
    // Another spelling of a word, and the same word twice.
    let words = json!({"words": ["SAME", "“same!”", "w0"]});
    phones[0].answer(&cloud, words).await.expect(200);

    let mut people = BTreeMap::<String, usize>::new();
    let lists = last[1..].iter().map(|body| body["words"].as_array().unwrap());
    for word in lists.flatten() {
        *people.entry(word.as_str().unwrap().to_owned()).or_default() += 1;
    }
    *people.get_mut("Same").unwrap() += 1;
    *people.get_mut("w0").unwrap() += 1;
    let complete =
        |it: &Value| it["results"]["responses"] == MANY && counts(&it["results"]) == people;
    let frame = room.sees("all words are counted", complete).await;
    assert_eq!(frame["results"]["distinct"], people.len());
    assert_eq!(phones[0].frame().await["results"], Value::Null);

    room.act(&cloud, "reveal").await;
    let shown = phones[0].frame().await["results"].clone();
    assert_eq!(shown["words"].as_array().unwrap().len(), 50, "the first of them");
    assert_eq!(shown["words"], json!(frame["results"]["words"].as_array().unwrap()[..50]));
    assert_eq!(shown["words"][0], json!({"text": "Same", "count": MANY}));
    let order: Vec<u64> =
        shown["words"].as_array().unwrap().iter().map(|it| it["count"].as_u64().unwrap()).collect();
    assert!(order.is_sorted_by(|a, b| a >= b));
}

fn counts(results: &Value) -> BTreeMap<String, usize> {
    let words = results["words"].as_array().unwrap().iter();
    words
        .map(|word| {
            (word["text"].as_str().unwrap().to_owned(), word["count"].as_u64().unwrap() as usize)
        })
        .collect()
}

async fn hidden_and_merged_words_move_the_counts_at_once(app: TestApp) {
    let room = Room::open(&app).await;
    let cloud = room.run("wordcloud", json!({"prompt": "Mood?", "results": "always"})).await;
    let phones = crowd(&room, 3).await;
    for (phone, words) in phones.iter().zip([["good", "rude"], ["great", "rude"], ["good", "ok"]]) {
        phone.answer(&cloud, json!({"words": words})).await.expect(201);
    }
    phones[0].sees("all words", |it| it["results"]["responses"] == 3).await;
    room.control(&cloud, json!({"action": "hide_word", "word": "hell"})).await;
    let look_alikes = json!({"words": ["heII", "good", "ok"]});
    phones[2].answer(&cloud, look_alikes).await.expect(200);
    room.control(&cloud, json!({"action": "unlock"})).await;
    assert_hidden(&[phones[0].frame().await.to_string()], &["heII"]);
    phones[2].answer(&cloud, json!({"words": ["good", "ok"]})).await.expect(200);

    room.control(&cloud, json!({"action": "hide_word", "word": "RUDE"})).await;
    assert_hidden(&[phones[0].frame().await.to_string()], &["rude"]);
    room.control(&cloud, json!({"action": "merge", "from": "great", "into": "good"})).await;
    let shown = counts(&phones[0].frame().await["results"]);
    assert_eq!(shown, BTreeMap::from([("good".into(), 3), ("ok".into(), 1)]));

    room.control(&cloud, json!({"action": "unmerge", "word": "great"})).await;
    room.control(&cloud, json!({"action": "show_word", "word": "rude"})).await;
    let shown = counts(&phones[0].frame().await["results"]);
    let all = [("good", 2), ("great", 1), ("ok", 1), ("rude", 2)];
    assert_eq!(shown, all.map(|(word, count)| (word.to_owned(), count)).into());
    let lost = json!({"action": "merge", "from": "great"});
    let lost = room.runner.control(&room.id, &cloud, &lost).await;
    assert_eq!(lost.problem(422), "validation");
    let frame = phones[0].frame().await.to_string();
    assert!(!frame.contains("Guest"), "no author is in any body");
}

async fn banned_words_are_refused_and_never_listed(app: TestApp) {
    let room = Room::open(&app).await;
    let config = json!({"prompt": "Mood?", "banned_words": ["darn", "Ivan"]});
    let cloud = room.run("wordcloud", config).await;
    let ana = room.join("Ana").await;

    for word in ["DARN", "dárn!", "dаrn", "*darn_", "lvan", "1van", "ivan"] {
        let refused = ana.answer(&cloud, json!({"words": ["fine", word]})).await;
        assert_eq!(refused.problem(422), "text_rejected", "{word}");
    }

    assert_hidden(&all_bodies(&room, &ana).await, &["darn"]);
    assert_eq!(ana.me().await["answers"], json!({}));
    assert_eq!(room.frame().await["results"]["responses"], 0);
}

async fn words_have_limits(app: TestApp) {
    let room = Room::open(&app).await;
    let config = json!({"prompt": "Mood?", "max_words": 2, "max_length": 5});
    let cloud = room.run("wordcloud", config).await;
    let ana = room.join("Ana").await;
    for (words, pointer) in [
        (json!([]), "/words"),
        (json!(["a", "b", "c"]), "/words"),
        (json!(["a", "longer"]), "/words/1"),
        (json!(["a b"]), "/words/0"),
        (json!(["?!"]), "/words/0"),
        (json!(["a", 7]), "/words/1"),
    ] {
        let refused = ana.answer(&cloud, json!({"words": words})).await;
        assert_eq!(refused.problem(422), "validation");
        assert_eq!(refused.json()["errors"][0]["pointer"], pointer);
    }
    ana.answer(&cloud, json!({"words": ["👍🏽", "c++"]})).await.expect(201);
    ana.client.withdraw(&room.id, &cloud, "").await.expect(204);
    room.sees("nothing is left", |it| it["results"]["distinct"] == 0).await;
}
