//! What happens to text that people type: every row of `docs/text.md` on a running server, from
//! typing to the exports.

use std::{fmt, fs};

use reqwest::{Method, header::CONTENT_TYPE};
use serde_json::{Value, json};

use crate::{
    app::TestApp,
    client::{Client, Reply, send},
    on_one,
    room::Room,
    workbook::Workbook,
};

on_one! {
    every_text_of_the_table_becomes_what_the_table_says,
    every_pair_of_the_table_is_as_alike_as_the_table_says,
}

const TABLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/text.md");

/// The cells of the rows below a heading, without the first two: heads and line.
fn rows<const CELLS: usize>(heading: &str) -> Vec<[String; CELLS]> {
    let tables = fs::read_to_string(TABLES).expect("the tables are there");
    let part = tables.split("\n## ").find(|part| part.starts_with(heading)).expect("a table");
    let rows = part.lines().filter(|line| line.starts_with('|')).skip(2);
    let cells = |line: &str| {
        let cells = line.trim_matches('|').split('|');
        let cells: Vec<_> = cells.map(|it| it.trim().trim_matches('`').to_owned()).collect();
        cells.try_into().expect("as many cells as heads")
    };
    let rows: Vec<_> = rows.map(cells).collect();
    assert!(rows.len() > 10, "the table was found");
    rows
}

/// The JSON of `"a" + "b" × 3`.
fn literal(cell: &str) -> String {
    let terms = cell.split(" + ").map(|term| {
        let (text, times) = term.split_once(" × ").unwrap_or((term, "1"));
        let text = text.strip_prefix('"').and_then(|it| it.strip_suffix('"')).expect("a string");
        text.repeat(times.parse().expect("a number"))
    });
    format!("\"{}\"", terms.collect::<String>())
}

/// What became of a text.
#[derive(Debug, Clone, PartialEq)]
enum Outcome {
    Shown(String),
    /// The code of the problem.
    Refused(String),
}

impl Outcome {
    fn parse(cell: &str, typed: &str) -> Self {
        match cell {
            "=" => Self::Shown(serde_json::from_str(typed).expect("what was typed is JSON")),
            shown if shown.starts_with('"') => {
                Self::Shown(serde_json::from_str(&literal(shown)).expect("what is shown is JSON"))
            }
            code => Self::Refused(code.to_owned()),
        }
    }

    /// Of an answer to something that was typed there.
    fn of(reply: &Reply, pointer: &str, shown: impl FnOnce() -> String) -> Self {
        if matches!(reply.status, 200 | 201) {
            return Self::Shown(shown());
        }
        let code = reply.problem(if reply.status == 400 { 400 } else { 422 });
        if reply.status == 422 {
            assert_eq!(reply.json()["errors"][0]["pointer"], pointer, "{}", reply.text());
        }
        Self::Refused(code)
    }

    fn shown(&self) -> Option<&str> {
        match self {
            Self::Shown(text) => Some(text),
            Self::Refused(_) => None,
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shown(text) => write!(to, "{}", json!(text)),
            Self::Refused(code) => to.write_str(code),
        }
    }
}

/// Sends JSON that no value of a library could say.
async fn raw(client: &Client, method: Method, path: &str, body: String) -> Reply {
    let request = client.request(method, &format!("/api/v1/sessions/{path}"));
    send(request.header(CONTENT_TYPE, "application/json").body(body)).await
}

async fn join(app: &TestApp, room: &Room, typed: &str) -> Reply {
    let path = format!("{}/participants", room.id);
    raw(&app.anyone(), Method::POST, &path, format!("{{\"nickname\": {typed}}}")).await
}

/// What became of one text as a nickname, a word and an open answer, and what stands in CSV.
struct Fate {
    nickname: Outcome,
    word: Outcome,
    text: Outcome,
}

async fn every_text_of_the_table_becomes_what_the_table_says(app: TestApp) {
    let mut wrong = vec![];
    for row in rows::<6>("One text") {
        let [what, typed, nickname, word, text, csv] = &row;
        let typed = literal(typed);
        let fate = Fate::of(&app, &typed, !csv.is_empty()).await;
        let expected = [nickname, word, text].map(|cell| Outcome::parse(cell, &typed));
        if [&fate.nickname, &fate.word, &fate.text] != expected.each_ref() {
            let Fate { nickname, word, text } = fate;
            wrong.push(format!("| {what} | {typed:.80} | {nickname} | {word} | {text} |"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

impl Fate {
    async fn of(app: &TestApp, typed: &str, is_formula: bool) -> Self {
        let room = Room::open(app).await;
        let joined = join(app, &room, typed).await;
        let name_of = || joined.json()["nickname"].as_str().unwrap().to_owned();
        let nickname = Outcome::of(&joined, "/nickname", name_of);
        check_beforehand(&room, typed, &nickname).await;
        let (client, name) = match &nickname {
            Outcome::Shown(name) => {
                let token = joined.json()["participant_token"].as_str().unwrap().to_owned();
                (app.anyone().bearing(&token), name.clone())
            }
            Outcome::Refused(_) => (room.join("Zoe").await.client, "Zoe".to_owned()),
        };
        let config = json!({"kind": "text", "max_length": 1000, "anonymous": false,
            "results": "always"});
        let poll = room.run("poll", config).await;
        let body = format!("{{\"text\": {typed}}}");
        let text = Self::answer(&room, &client, &poll, body, "/text", |frame| {
            &frame["results"]["latest"][0]["text"]
        })
        .await;
        let config = json!({"max_length": 50, "allow_phrases": true, "results": "always"});
        let cloud = room.run("wordcloud", config).await;
        let body = format!("{{\"words\": [{typed}]}}");
        let word = Self::answer(&room, &client, &cloud, body, "/words/0", |frame| {
            &frame["results"]["words"][0]["text"]
        })
        .await;
        let listed = room.runner.participants(&room.id, "").await.expect(200);
        assert_eq!(listed["items"][0]["nickname"], name);
        let fate = Self { nickname, word, text };
        fate.check_exports(&room, &name, is_formula).await;
        fate
    }

    /// What everybody sees of an answer, and its author at `/me`.
    async fn answer(
        room: &Room,
        client: &Client,
        activity: &str,
        body: String,
        pointer: &str,
        shown: impl Fn(&Value) -> &Value,
    ) -> Outcome {
        let path = format!("{}/activities/{activity}/response", room.id);
        let reply = raw(client, Method::PUT, &path, body).await;
        if reply.status != 201 {
            return Outcome::of(&reply, pointer, String::new);
        }
        let frame = room.counts(1).await;
        let text = shown(&frame).as_str().expect("it is shown").to_owned();
        let theirs = client.state(&room.id, "").await.expect(200);
        assert_eq!(*shown(&theirs), text, "participants see the same");
        let me = client.me(&room.id).await.expect(200);
        let own = me["answers"][activity].pointer(pointer).expect("their own answer").clone();
        assert_eq!(own, text, "and so does its author");
        Outcome::Shown(text)
    }

    /// Every export has the nickname, the text and the word as they are shown.
    async fn check_exports(&self, room: &Room, name: &str, is_formula: bool) {
        let shown = [(&self.text, Some(name)), (&self.word, None)];
        let shown: Vec<_> =
            shown.iter().filter_map(|(it, name)| Some((it.shown()?, *name))).collect();
        let neutral = |text: &str| format!("{}{text}", if is_formula { "'" } else { "" });
        let is_typed = self.nickname.shown().is_some();
        let csv_name = if is_typed { neutral(name) } else { name.to_owned() };

        let rows = room.export("json").await.expect(200);
        let rows = rows.as_array().unwrap().iter();
        let rows: Vec<_> = rows.map(|row| (&row["answer"], row["participant"].as_str())).collect();
        let expected: Vec<_> = shown.iter().map(|(text, name)| (json!(text), *name)).collect();
        assert_eq!(rows, expected.iter().map(|(text, name)| (text, *name)).collect::<Vec<_>>());

        let csv = room.export("csv").await.text();
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        let rows = reader.records().map(|row| row.expect("RFC 4180"));
        let rows: Vec<_> = rows.map(|row| (row[5].to_owned(), row[4].to_owned())).collect();
        let names = shown.iter().map(|(_, name)| name.map_or(String::new(), |_| csv_name.clone()));
        let texts = shown.iter().map(|(text, _)| neutral(text));
        assert_eq!(rows, texts.zip(names).collect::<Vec<_>>());

        let book = Workbook::read(&room.export("xlsx").await.bytes);
        let rows = book.rows();
        assert_eq!(rows.len(), shown.len() + 1, "and the heads");
        for (row, (text, name)) in rows[1..].iter().zip(shown) {
            let cell = |column: &str| row.iter().find(|(it, _)| it == column).map(|(_, it)| &**it);
            assert_eq!((cell("F"), cell("E")), (Some(text), name));
        }
    }
}

/// Whoever asks beforehand is told the same.
async fn check_beforehand(room: &Room, typed: &str, outcome: &Outcome) {
    // A path can't say nothing, nor half a character.
    let Ok(typed) = serde_json::from_str::<String>(typed) else { return };
    if typed.is_empty() {
        return;
    }
    let path: String = typed.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let reply = room.runner.check_nickname(&room.id, &path).await;
    let told = Outcome::of(&reply, "/nickname", || {
        reply.json()["normalized"].as_str().unwrap().to_owned()
    });
    assert_eq!(told, *outcome, "{typed}");
}

async fn every_pair_of_the_table_is_as_alike_as_the_table_says(app: TestApp) {
    let mut wrong = vec![];
    for row in rows::<6>("Two texts") {
        let [what, first, second, nickname, word, banned] = &row;
        let texts = [first, second].map(|cell| literal(cell));
        let alike = |is_alike| if is_alike { "same" } else { "different" };
        let yes = |is_so| if is_so { "yes" } else { "no" };
        let found = [
            alike(are_one_nickname(&app, &texts).await),
            alike(are_one_word(&app, &texts).await),
            yes(is_banned_with(&app, &texts).await),
        ];
        if found != [&**nickname, word, banned] {
            wrong.push(format!("| {what} | {first} | {second} | {} |", found.join(" | ")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

async fn are_one_nickname(app: &TestApp, [first, second]: &[String; 2]) -> bool {
    let room = Room::open(app).await;
    join(app, &room, first).await.expect(201);
    let joined = join(app, &room, second).await;
    if joined.status == 201 {
        return false;
    }
    assert_eq!(joined.problem(409), "nickname_taken");
    // And the other way round.
    let room = Room::open(app).await;
    join(app, &room, second).await.expect(201);
    assert_eq!(join(app, &room, first).await.problem(409), "nickname_taken");
    true
}

async fn are_one_word(app: &TestApp, texts: &[String; 2]) -> bool {
    let room = Room::open(app).await;
    let config = json!({"max_length": 50, "allow_phrases": true});
    let cloud = room.run("wordcloud", config).await;
    for (n, text) in texts.iter().enumerate() {
        let phone = room.join(&format!("Guest {n}")).await;
        let path = format!("{}/activities/{cloud}/response", room.id);
        raw(&phone.client, Method::PUT, &path, format!("{{\"words\": [{text}]}}"))
            .await
            .expect(201);
    }
    let frame = room.counts(2).await;
    let words = frame["results"]["words"].as_array().unwrap();
    assert_eq!(words.len() == 1, words[0]["count"] == 2, "{words:?}");
    words.len() == 1
}

async fn is_banned_with(app: &TestApp, [first, second]: &[String; 2]) -> bool {
    let room = Room::open(app).await;
    let banned: Value = serde_json::from_str(first).unwrap();
    let config = json!({"max_length": 50, "allow_phrases": true, "banned_words": [banned]});
    let cloud = room.run("wordcloud", config).await;
    let phone = room.join("Zoe").await;
    let path = format!("{}/activities/{cloud}/response", room.id);
    let reply = raw(&phone.client, Method::PUT, &path, format!("{{\"words\": [{second}]}}")).await;
    match reply.status {
        201 => false,
        _ => {
            assert_eq!(reply.problem(422), "text_rejected");
            true
        }
    }
}
