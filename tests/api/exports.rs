//! An event with every type of activity and with texts that spreadsheets take for formulas,
//! downloaded in every format. `scripts/check-exports` opens the files with a spreadsheet reader
//! and compares them with what the big screen showed, which is written beside them.

use std::{collections::BTreeMap, fs, path::PathBuf};

use serde_json::{Value, json};

use crate::{
    app::TestApp,
    crowd::crowd,
    on_one,
    room::{Phone, Room},
};

on_one! {
    every_type_is_exported_for_a_spreadsheet_reader,
}

const HOSTILE: [&str; 6] = [
    "=HYPERLINK(\"http://127.0.0.1\",\"x\")",
    "+1",
    "-2+3|cmd",
    "@SUM(A1:A9)",
    "＝1+1",
    "قوي 👩‍🚀 \"a\", b",
];

/// What the reader must find: of the rows of an activity, an item and a round, how often each
/// answer is there.
fn expectation(
    title: &str,
    item: Option<&Value>,
    round: &Value,
    tally: &BTreeMap<String, u64>,
) -> Value {
    let tally: BTreeMap<_, _> = tally.iter().filter(|(_, count)| **count > 0).collect();
    json!({"activity": title, "item": item, "round": round, "tally": tally})
}

fn title_of(frame: &Value) -> &str {
    frame["activity"]["title"].as_str().unwrap()
}

/// Counts by id as counts by label.
fn by_label(counts: &Value, options: &Value) -> BTreeMap<String, u64> {
    let options = options.as_array().unwrap().iter();
    let labelled = options.map(|option| {
        let count = counts[option["id"].as_str().unwrap()].as_u64().unwrap();
        (option["label"].as_str().unwrap().to_owned(), count)
    });
    labelled.collect()
}

fn plain(counts: &Value) -> BTreeMap<String, u64> {
    let counts = counts.as_object().unwrap().iter();
    counts.map(|(key, count)| (key.clone(), count.as_u64().unwrap())).collect()
}

struct Event {
    room: Room,
    phones: Vec<Phone>,
    expected: Vec<Value>,
}

impl Event {
    async fn run(&self, n: usize, kind: &str, config: Value) -> String {
        let title = format!("{} {kind}", HOSTILE[n % HOSTILE.len()]);
        let body = json!({"type": kind, "title": title, "config": config});
        let activity = self.room.admin.create_activity(&self.room.id, &body).await.expect(201);
        let activity = activity["id"].as_str().unwrap().to_owned();
        self.room.step(&activity, "activate").await;
        activity
    }

    async fn all(&self, activity: &str, body: impl Fn(usize) -> Value) {
        for (n, phone) in self.phones.iter().enumerate() {
            phone.answer(activity, body(n)).await.expect(201);
        }
    }

    async fn polls(&mut self) {
        let options: Value = HOSTILE[..4].iter().map(|label| json!({"label": label})).collect();
        let config = json!({"kind": "choice", "question": "=1", "options": options,
            "max_choices": 2, "anonymous": false});
        let choice = self.run(0, "poll", config).await;
        let ids = ["a", "b", "c", "d"];
        self.all(&choice, |n| json!({"choices": [ids[n % 4], ids[(n + 1 + n % 2) % 4]]})).await;
        let frame = self.room.counts(self.phones.len()).await;
        let tally = by_label(&frame["results"]["counts"], &frame["activity"]["config"]["options"]);
        self.expected.push(expectation(title_of(&frame), Some(&json!("=1")), &json!(1), &tally));

        let rating =
            self.run(1, "poll", json!({"kind": "rating", "scale": {"min": -2, "max": 2}})).await;
        self.all(&rating, |n| json!({"rating": (n % 5) as i32 - 2})).await;
        let frame = self.room.counts(self.phones.len()).await;
        let tally = plain(&frame["results"]["counts"]);
        self.expected.push(expectation(title_of(&frame), None, &json!(1), &tally));

        let text = self.run(2, "poll", json!({"kind": "text", "anonymous": false})).await;
        self.all(&text, |n| json!({"text": format!("{} {n}", HOSTILE[n % HOSTILE.len()])})).await;
        let frame = self.room.counts(self.phones.len()).await;
        let texts = frame["results"]["latest"].as_array().unwrap().iter();
        let tally = texts.map(|item| (item["text"].as_str().unwrap().to_owned(), 1)).collect();
        self.expected.push(expectation(title_of(&frame), None, &json!(1), &tally));
    }

    async fn poker(&mut self) {
        let stories = json!([{"title": "@story"}]);
        let config = json!({"stories": stories, "deck": ["=1", "-1", "½", "8"]});
        let poker = self.run(3, "poker", config).await;
        let cards = ["=1", "-1", "½", "8", "?", "☕"];
        for shift in [0, 3] {
            self.all(&poker, |n| json!({"card": cards[(n * n + shift) % cards.len()]})).await;
            self.room.act(&poker, "reveal").await;
            let frame = self.room.sees("the cards", |it| it["results"]["votes"].is_object()).await;
            let tally = plain(&frame["results"]["votes"]);
            let (story, round) = (json!("@story"), frame["activity"]["round"].clone());
            self.expected.push(expectation(title_of(&frame), Some(&story), &round, &tally));
            self.room.act(&poker, "revote").await;
        }
        // A round that is never revealed is in no file.
        self.all(&poker, |_| json!({"card": "8"})).await;
    }

    async fn quiz(&mut self) {
        let options: Value = HOSTILE[1..4].iter().map(|label| json!({"label": label})).collect();
        let quiz = self.run(4, "quiz", json!({"countdown_s": 0, "questions": [
            {"kind": "choice", "prompt": "+what?", "options": options, "correct": ["a"]},
            {"kind": "numeric", "prompt": "-how many?", "correct": {"value": 2.5, "tolerance": 1}},
            {"kind": "true_false", "prompt": "never revealed", "correct": ["true"]},
        ]})).await;
        let ids = ["a", "b", "c"];
        self.room.act(&quiz, "next").await;
        self.all(&quiz, |n| json!({"question": "q1", "choices": [ids[n % 3]]})).await;
        self.reveal(&quiz).await;
        self.room.act(&quiz, "next").await;
        self.all(&quiz, |n| json!({"question": "q2", "value": (n % 7) as f64 / 2.0 - 1.0})).await;
        self.reveal(&quiz).await;
        self.room.act(&quiz, "next").await;
        self.all(&quiz, |_| json!({"question": "q3", "choices": ["true"]})).await;
    }

    async fn reveal(&mut self, quiz: &str) {
        self.room.act(quiz, "reveal").await;
        let frame = self.room.sees("the key", |it| it["results"]["correct"] != Value::Null).await;
        let (question, counts) =
            (&frame["activity"]["current"]["question"], &frame["results"]["counts"]);
        let tally = match question["kind"].as_str().unwrap() {
            "choice" => by_label(counts, &question["options"]),
            _ => plain(counts),
        };
        let round = &frame["activity"]["round"];
        self.expected.push(expectation(title_of(&frame), Some(&question["prompt"]), round, &tally));
    }

    async fn word_cloud(&mut self) {
        let words = ["=1+1", "+1", "-1", "@all", "tea", "👩‍🚀"];
        let cloud = self.run(5, "wordcloud", json!({"prompt": "@mood"})).await;
        self.all(&cloud, |n| json!({"words": [words[n % 6], words[(n * 2 + 1) % 6]]})).await;
        let frame = self.room.counts(self.phones.len()).await;
        let words = frame["results"]["words"].as_array().unwrap().iter();
        let tally = words.map(|word| {
            (word["text"].as_str().unwrap().to_owned(), word["count"].as_u64().unwrap())
        });
        let tally = tally.collect();
        self.expected.push(expectation(title_of(&frame), Some(&json!("@mood")), &json!(1), &tally));
    }
}

async fn every_type_is_exported_for_a_spreadsheet_reader(app: TestApp) {
    let room = Room::open(&app).await;
    let mut phones = vec![];
    for name in HOSTILE {
        phones.push(room.join(name).await);
    }
    phones.extend(crowd(&room, 20).await);
    let mut event = Event { room, phones, expected: vec![] };
    event.polls().await;
    event.poker().await;
    event.quiz().await;
    event.word_cloud().await;
    let Event { room, expected, .. } = event;
    let live = room.export_all().await;
    room.admin.complete(&room.id).await.expect(200);
    let [csv, json, xlsx] = room.export_all().await;
    assert_eq!((&live[0], &live[1]), (&csv, &json), "completion changes nothing");

    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("exports");
    fs::create_dir_all(&folder).unwrap();
    let expected = serde_json::to_vec_pretty(&expected).unwrap();
    for (content, end) in
        [(csv, "csv"), (json, "json"), (xlsx, "xlsx"), (expected, "expected.json")]
    {
        fs::write(folder.join(format!("event.{end}")), content).unwrap();
    }
}

impl Room {
    async fn export_all(&self) -> [Vec<u8>; 3] {
        let mut files = [vec![], vec![], vec![]];
        for (file, format) in files.iter_mut().zip(["csv", "json", "xlsx"]) {
            let reply = self.export(format).await;
            assert_eq!(reply.status, 200, "{}", reply.text());
            *file = reply.bytes;
        }
        files
    }
}
