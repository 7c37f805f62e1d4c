//! Results that leave: the summary and the exports, while a session runs and afterwards.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    app::TestApp,
    client::Reply,
    on_both, on_one,
    room::{Phone, Room, choice},
};

on_both! {
    a_session_is_summed_up_in_every_state,
    every_answer_leaves_as_a_row,
    the_command_line_exports_beside_a_running_server,
}

on_one! {
    a_summary_counts_whom_the_big_screen_waits_for,
    nothing_unrevealed_leaves_even_after_the_end,
    nobody_is_named_where_nobody_may_be,
    hostile_texts_leave_as_text,
    what_moderators_hold_or_hide_leaves_empty_and_counted,
    who_may_not_and_what_can_not_be_exported,
    an_export_is_a_file_with_a_name,
}

const COLUMNS: &str =
    "activity,type,item,round,participant,answer,correct,points,answered_at,response_ms";

impl Room {
    async fn summary(&self) -> Value {
        self.admin.get(&format!("/api/v1/sessions/{}/summary", self.id)).await.expect(200)
    }

    pub(crate) async fn export(&self, format: &str) -> Reply {
        self.admin.get(&format!("/api/v1/sessions/{}/export?format={format}", self.id)).await
    }

    async fn rows(&self) -> Vec<Value> {
        let rows = self.export("json").await.expect(200);
        rows.as_array().expect("a list of rows").clone()
    }

    /// The rows of the CSV export, by column.
    async fn lines(&self) -> Vec<BTreeMap<String, String>> {
        let text = self.export("csv").await.text();
        let text = text.strip_prefix('\u{feff}').expect("a byte order mark");
        assert_eq!(text.lines().next(), Some(COLUMNS));
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        reader.deserialize().map(|line| line.expect("RFC 4180")).collect()
    }
}

/// Everybody of these answers, one after the other.
async fn all(phones: &[&Phone], activity: &str, bodies: &[Value]) {
    for (phone, body) in phones.iter().zip(bodies) {
        phone.answer(activity, body.clone()).await.expect(201);
    }
}

fn quiz() -> Value {
    json!({"countdown_s": 0, "scoring": "flat", "questions": [
        {"kind": "choice", "prompt": "2 + 2?", "correct": ["b"],
         "options": [{"label": "Three"}, {"label": "Four"}]},
        {"kind": "numeric", "prompt": "Answer?", "correct": {"value": 42, "tolerance": 1}},
        {"kind": "buzzer", "prompt": "First?"},
    ]})
}

async fn a_session_is_summed_up_in_every_state(app: TestApp) {
    let room = Room::draft_with(&app, json!({})).await;
    let poll = room.draft("poll", choice()).await;
    let draft = room.summary().await;
    let nothing = json!({"p50": null, "p90": null});
    assert_eq!(draft["participants"], json!({"joined": 0, "answered": 0}));
    assert_eq!(draft["timeline"], json!([]));
    let activity = json!({"id": poll, "type": "poll", "title": "Now", "responses": 0,
        "results": null, "response_ms": nothing});
    assert_eq!(draft["activities"], json!([activity]));

    room.admin.open(&room.id).await.expect(200);
    room.step(&poll, "activate").await;
    let (ana, ben, cleo) =
        (room.join("Ana").await, room.join("Ben").await, room.join("Cleo").await);
    all(&[&ana, &ben], &poll, &[json!({"choices": ["a"]}), json!({"choices": ["b"]})]).await;
    let live = room.summary().await;
    assert_eq!(live["participants"], json!({"joined": 3, "answered": 2}));
    let frame = room.counts(2).await;
    assert_eq!(live["activities"][0]["results"], frame["results"]);
    assert!(live["activities"][0]["response_ms"]["p50"].as_u64().unwrap() < 60_000);
    let timeline = live["timeline"].as_array().unwrap();
    let answers: u64 = timeline.iter().map(|point| point["answers"].as_u64().unwrap()).sum();
    assert_eq!(answers, 2);
    assert_eq!(timeline.last().unwrap()["online"], 3);

    let quiz = room.run("quiz", quiz()).await;
    room.act(&quiz, "next").await;
    let right = json!({"question": "q1", "choices": ["b"]});
    let wrong = json!({"question": "q1", "choices": ["a"]});
    all(&[&ana, &ben, &cleo], &quiz, &[right.clone(), wrong, right]).await;
    let open = &room.summary().await["activities"][1];
    assert_eq!((&open["responses"], &open["results"]["questions"]), (&json!(3), &json!([])));
    room.act(&quiz, "reveal").await;
    room.act(&quiz, "next").await;
    room.admin.complete(&room.id).await.expect(200);

    let over = room.summary().await;
    assert_eq!(over["participants"], json!({"joined": 3, "answered": 3}));
    let results = &over["activities"][1]["results"];
    let question = &results["questions"][0];
    assert_eq!(question["counts"], json!({"a": 1, "b": 2}));
    assert_eq!((&question["answered"], &question["right"]), (&json!(3), &json!(2)));
    assert_eq!((&question["correct"], &question["prompt"]), (&json!(["b"]), &json!("2 + 2?")));
    let board = results["leaderboard"].as_array().unwrap();
    let scores: Vec<_> =
        board.iter().map(|row| (row["nickname"].clone(), row["score"].clone())).collect();
    let named = |name: &str, score: u32| (json!(name), json!(score));
    assert_eq!(scores, [named("Ana", 1000), named("Cleo", 1000), named("Ben", 0)]);
    assert_eq!(results["questions"].as_array().unwrap().len(), 1, "the second is not revealed");
    let timeline = over["timeline"].as_array().unwrap();
    let answers: u64 = timeline.iter().map(|point| point["answers"].as_u64().unwrap()).sum();
    assert_eq!(answers, 5);
}

async fn a_summary_counts_whom_the_big_screen_waits_for(app: TestApp) {
    let room = Room::open(&app).await;
    let (ana, _ben) = (room.join("Ana").await, room.join("Ben").await);
    room.join_as(json!({"nickname": "Wim", "spectator": true})).await;
    let same = async |activity: usize, so_far: u32, what: &str| {
        let waits = |it: &Value| {
            let results = &it["results"];
            results["total"] == 2
                && [&results["voted"], &results["answered"]].contains(&&json!(so_far))
        };
        let seen = room.sees(what, waits).await["results"].clone();
        let summary = room.summary().await["activities"][activity]["results"].clone();
        for (field, value) in seen.as_object().unwrap() {
            assert_eq!(summary[field], *value, "{what}: {field}");
        }
    };
    let table = room.run("poker", json!({})).await;
    same(0, 0, "nobody has voted").await;
    ana.answer(&table, json!({"card": "5"})).await.expect(201);
    same(0, 1, "one has voted").await;
    room.act(&table, "reveal").await;
    let quiz = room.run("quiz", quiz()).await;
    room.act(&quiz, "next").await;
    same(1, 0, "nobody has answered").await;
    ana.answer(&quiz, json!({"question": "q1", "choices": ["b"]})).await.expect(201);
    same(1, 1, "one has answered").await;
    let poker = room.summary().await["activities"][0]["results"].clone();
    assert_eq!(poker["total"], 1, "nobody is awaited where nothing runs");
}

async fn every_answer_leaves_as_a_row(app: TestApp) {
    let room = Room::open(&app).await;
    let (ana, ben) = (room.join("Ana").await, room.join("Ben").await);
    let both = [&ana, &ben];
    let named = |mut config: Value| {
        config["anonymous"] = false.into();
        config
    };
    let options = choice()["options"].clone();
    let poll = room.run("poll", named(json!({"kind": "choice", "question": "Which?", "max_choices": 2, "options": options}))).await;
    all(&both, &poll, &[json!({"choices": ["c", "a"]}), json!({"choices": ["b"]})]).await;
    let rating =
        room.run("poll", named(json!({"kind": "rating", "scale": {"min": -5, "max": 5}}))).await;
    all(&both, &rating, &[json!({"rating": -4}), json!({"rating": 5})]).await;
    let ranking = room.run("poll", named(json!({"kind": "ranking", "options": options}))).await;
    all(&both, &ranking, &[json!({"ranking": ["b", "a"]}), json!({"ranking": ["a"]})]).await;
    let text = room.run("poll", named(json!({"kind": "text"}))).await;
    all(&both, &text, &[json!({"text": "a \"quoted\", text"}), json!({"text": "more"})]).await;
    let stories = json!([{"title": "Sign in"}, {"title": "Pay"}]);
    let poker = room.run("poker", json!({"stories": stories, "deck": "modified_fibonacci"})).await;
    all(&both, &poker, &[json!({"card": "½"}), json!({"card": "8"})]).await;
    room.act(&poker, "reveal").await;
    room.act(&poker, "revote").await;
    all(&both, &poker, &[json!({"card": "5"}), json!({"card": "5"})]).await;
    room.act(&poker, "reveal").await;
    room.act(&poker, "next").await;
    all(&both, &poker, &[json!({"card": "☕"}), json!({"card": "?"})]).await;
    room.act(&poker, "reveal").await;
    let quiz = room.run("quiz", quiz()).await;
    room.act(&quiz, "next").await;
    all(
        &both,
        &quiz,
        &[json!({"question": "q1", "choices": ["b"]}), json!({"question": "q1", "choices": ["a"]})],
    )
    .await;
    room.act(&quiz, "reveal").await;
    room.act(&quiz, "next").await;
    all(
        &both,
        &quiz,
        &[json!({"question": "q2", "value": 42.5}), json!({"question": "q2", "value": 7})],
    )
    .await;
    room.act(&quiz, "reveal").await;
    room.act(&quiz, "next").await;
    all(&both[1..], &quiz, &[json!({"question": "q3", "buzz": true})]).await;
    room.control(&quiz, json!({"action": "judge", "participant_id": ben.id, "correct": true}))
        .await;
    room.act(&quiz, "reveal").await;
    let cloud = room.run("wordcloud", json!({"prompt": "Mood?"})).await;
    all(&both, &cloud, &[json!({"words": ["calm", "Tired"]}), json!({"words": ["tea"]})]).await;

    let expected = json!([
        ["poll", "Which?", 1, "Ana", "Ananas; Cherry", null, null],
        ["poll", "Which?", 1, "Ben", "Banana", null, null],
        ["poll", null, 1, "Ana", -4, null, null],
        ["poll", null, 1, "Ben", 5, null, null],
        ["poll", null, 1, "Ana", "Banana; Ananas", null, null],
        ["poll", null, 1, "Ben", "Ananas", null, null],
        ["poll", null, 1, "Ana", "a \"quoted\", text", null, null],
        ["poll", null, 1, "Ben", "more", null, null],
        ["poker", "Sign in", 1, "Ana", "½", null, null],
        ["poker", "Sign in", 1, "Ben", "8", null, null],
        ["poker", "Sign in", 2, "Ana", "5", null, null],
        ["poker", "Sign in", 2, "Ben", "5", null, null],
        ["poker", "Pay", 3, "Ana", "☕", null, null],
        ["poker", "Pay", 3, "Ben", "?", null, null],
        ["quiz", "2 + 2?", 2, "Ana", "Four", true, 1000],
        ["quiz", "2 + 2?", 2, "Ben", "Three", false, 0],
        ["quiz", "Answer?", 3, "Ana", 42.5, true, 1000],
        ["quiz", "Answer?", 3, "Ben", 7, false, 0],
        ["quiz", "First?", 4, "Ben", "buzz", true, 1000],
        ["wordcloud", "Mood?", 1, null, "calm; Tired", null, null],
        ["wordcloud", "Mood?", 1, null, "tea", null, null],
    ]);
    let fields = ["type", "item", "round", "participant", "answer", "correct", "points"];
    for is_over in [false, true] {
        let rows = room.rows().await;
        let found: Value = rows
            .iter()
            .map(|row| fields.iter().map(|field| row[*field].clone()).collect::<Value>())
            .collect();
        assert_eq!(found, expected);
        for (row, line) in rows.iter().zip(room.lines().await) {
            for (field, cell) in line {
                let plain = match &row[&field] {
                    Value::Null => String::new(),
                    Value::String(text) => text.clone(),
                    other => other.to_string(),
                };
                assert_eq!(cell, plain, "{field} of {row}");
            }
            assert!(row["response_ms"].as_u64().unwrap() < 60_000);
            assert_eq!(row["activity"], "Now");
        }
        assert_eq!(rows[0]["response"], json!({"choices": ["a", "c"]}));
        assert_eq!(rows[16]["response"], json!({"question": "q2", "value": 42.5}));
        assert_eq!(rows[16]["item_id"], "q2");
        assert_eq!(rows[16]["participant_id"], ana.id);
        if !is_over {
            room.admin.complete(&room.id).await.expect(200);
        }
    }
}

async fn nothing_unrevealed_leaves_even_after_the_end(app: TestApp) {
    let room = Room::open(&app).await;
    let (ana, ben) = (room.join("Ana").await, room.join("Ben").await);
    let poker = room.run("poker", json!({"deck": ["CARD-A", "CARD-B"]})).await;
    all(&[&ana, &ben], &poker, &[json!({"card": "CARD-A"}), json!({"card": "CARD-B"})]).await;
    let quiz = room
        .run(
            "quiz",
            json!({"countdown_s": 0, "questions": [
                {"kind": "numeric", "prompt": "PROMPT-A", "correct": {"value": 987_654.5}},
                {"kind": "numeric", "prompt": "PROMPT-B", "correct": {"value": 123_456.5}},
            ]}),
        )
        .await;
    room.act(&quiz, "next").await;
    all(&[&ana], &quiz, &[json!({"question": "q1", "value": 55_555.25})]).await;
    let secrets = ["CARD-", "987654.5", "123456.5", "55555.25", "PROMPT-B", "\"PROMPT-A\""];
    for is_over in [false, true] {
        assert_eq!(room.rows().await, [Value::Null; 0]);
        for body in [room.export("csv").await.text(), room.summary().await.to_string()] {
            for secret in secrets {
                assert!(!body.contains(secret), "{secret} in {body}");
            }
        }
        let summary = room.summary().await;
        assert_eq!(summary["participants"]["answered"], 2);
        assert_eq!(summary["activities"][1]["responses"], 1);
        if !is_over {
            room.admin.complete(&room.id).await.expect(200);
        }
    }
}

async fn nobody_is_named_where_nobody_may_be(app: TestApp) {
    for (settings, poker) in
        [(json!({}), json!({"show_names": false})), (json!({"show_names": false}), json!({}))]
    {
        let room = Room::open_with(&app, settings.clone()).await;
        // They answer in another order than they joined in.
        let (ana, ben) = (room.join("Ana").await, room.join("Ben").await);
        let late_first = [&ben, &ana];
        let activities = [
            ("poll", choice(), [json!({"choices": ["a"]}), json!({"choices": ["b"]})]),
            ("poll", json!({"kind": "text"}), [json!({"text": "one"}), json!({"text": "two"})]),
            ("wordcloud", json!({}), [json!({"words": ["one"]}), json!({"words": ["two"]})]),
            ("poker", poker, [json!({"card": "1"}), json!({"card": "2"})]),
        ];
        for (kind, config, bodies) in activities {
            let activity = room.run(kind, config).await;
            all(&late_first, &activity, &bodies).await;
            if kind == "poker" {
                room.act(&activity, "reveal").await;
            }
        }
        let rows = room.rows().await;
        assert_eq!(rows.len(), 8);
        assert!(
            rows.iter().all(|row| row["participant"].is_null() && row["participant_id"].is_null())
        );
        let answers: Vec<&str> = rows.iter().map(|row| row["answer"].as_str().unwrap()).collect();
        assert_eq!(answers, ["Ananas", "Banana", "one", "two", "one", "two", "1", "2"], "by time");
        for format in ["csv", "json"] {
            let body = room.export(format).await.text();
            for secret in ["Ana\"", "Ana,", "Ben", &ana.id, &ben.id, &ana.token, &ana.client_id] {
                assert!(!body.contains(secret), "{secret} in {body}");
            }
        }
    }
}

async fn caja(app: &TestApp, arguments: &[&str]) -> std::process::Output {
    let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_caja"));
    command.arg("export").args(arguments).env("DATABASE_URL", &app.database);
    command.output().await.expect("the program can be started")
}

async fn the_command_line_exports_beside_a_running_server(app: TestApp) {
    let room = Room::open(&app).await;
    let ana = room.join("Ana").await;
    let poll = room.run_choice().await;
    ana.answer(&poll, json!({"choices": ["a"]})).await.expect(201);
    for (format, is_text) in [("csv", true), ("json", true), ("xlsx", false)] {
        let reply = room.export(format).await;
        for session in [&room.id, &room.code] {
            let done = caja(&app, &[session, "--format", format]).await;
            assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
            assert!(!is_text || done.stdout == reply.bytes);
            assert_eq!(done.stdout[..4], reply.bytes[..4]);
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("all.csv");
    let saved = caja(&app, &[&room.id, "--output", file.to_str().unwrap()]).await;
    assert!(saved.status.success() && saved.stdout.is_empty());
    assert_eq!(std::fs::read(file).unwrap(), room.export("csv").await.bytes);

    let nowhere = folder.path().join("none/all.csv");
    for (arguments, why) in [
        (&["000000"][..], "there is no session 000000"),
        (&[&*uuid::Uuid::nil().to_string()], "there is no session 0000"),
        (&[&*room.id, "--format", "pdf"], "must be one of csv, json, xlsx"),
        (&[&*room.id, "--output", nowhere.to_str().unwrap()], "can't write"),
    ] {
        let refused = caja(&app, arguments).await;
        let said = String::from_utf8(refused.stderr).unwrap();
        assert!(!refused.status.success() && said.contains(why), "{said}");
        assert_eq!(said.trim().lines().count(), 1, "{said}");
    }
    // The server owns the session as before.
    ana.answer(&poll, json!({"choices": ["b"]})).await.expect(200);
    room.counts(1).await;
}

/// What was typed, what became of it, and its cell in a CSV export.
const HOSTILE: [(&str, Option<&str>, &str); 16] = [
    ("=1+1", Some("=1+1"), "'=1+1"),
    ("+1", Some("+1"), "'+1"),
    ("-1", Some("-1"), "'-1"),
    ("@SUM(A1)", Some("@SUM(A1)"), "'@SUM(A1)"),
    ("\t=1", Some("=1"), "'=1"),
    ("\r\n=1", Some("=1"), "'=1"),
    ("＝1+1", Some("=1+1"), "'=1+1"),
    ("＠x", Some("@x"), "'@x"),
    ("﹣2", Some("-2"), "'-2"),
    ("1=1", Some("1=1"), "1=1"),
    ("👩‍🚀🏳️‍🌈", Some("👩‍🚀🏳️‍🌈"), "👩‍🚀🏳️‍🌈"),
    ("مرحبا", Some("مرحبا"), "مرحبا"),
    ("a\"b; c,\nd", Some("a\"b; c, d"), "a\"b; c, d"),
    ("'=1", Some("'=1"), "'=1"),
    ("a\u{202e}b", None, ""),
    ("\u{200b}=1", None, ""),
];

async fn hostile_texts_leave_as_text(app: TestApp) {
    let room = Room::open(&app).await;
    for (typed, kept, cell) in HOSTILE {
        let config = json!({"kind": "text", "anonymous": false});
        let body = json!({"type": "poll", "title": format!("{typed} title"), "config": config});
        let created = room.admin.create_activity(&room.id, &body).await.expect(201);
        let poll = created["id"].as_str().unwrap();
        room.step(poll, "activate").await;
        let Some(kept) = kept else {
            let join = room.admin.join(&room.id, &json!({"nickname": typed})).await;
            assert_eq!(join.problem(422), "validation", "{typed:?}");
            let someone = room.join("Someone").await;
            let answer = someone.answer(poll, json!({"text": typed})).await;
            assert_eq!(answer.problem(422), "validation", "{typed:?}");
            someone.client.leave(&room.id).await.expect(204);
            continue;
        };
        let phone = room.join(typed).await;
        assert_eq!(phone.nickname, kept);
        phone.answer(poll, json!({"text": typed})).await.expect(201);
        let rows = room.rows().await;
        let row = rows.last().unwrap();
        assert_eq!((&row["participant"], &row["answer"]), (&json!(kept), &json!(kept)));
        let line = room.lines().await.pop().unwrap();
        assert_eq!((&*line["participant"], &*line["answer"]), (cell, cell), "{typed:?}");
        let title = created["title"].as_str().unwrap();
        let is_formula = cell.starts_with('\'') && !title.starts_with('\'');
        let quote = if is_formula { "'" } else { "" };
        assert_eq!(line["activity"], format!("{quote}{title}"));
        room.admin.remove_participant(&room.id, &phone.id, "").await.expect(204);
        // Gone with its author, and still counted.
        let line = room.lines().await.pop().unwrap();
        assert!(line["participant"].starts_with("Guest "), "{line:?}");
        assert_eq!(line["answer"], "");
    }
}

async fn what_moderators_hold_or_hide_leaves_empty_and_counted(app: TestApp) {
    let room = Room::open_with(&app, json!({"profanity": "review"})).await;
    let (ana, ben) = (room.join("Ana").await, room.join("shit head").await);
    let config = json!({"kind": "text", "anonymous": false});
    let poll = room.run("poll", config).await;
    all(&[&ana, &ben], &poll, &[json!({"text": "fine"}), json!({"text": "holy shit"})]).await;
    let cloud = room.run("wordcloud", json!({})).await;
    all(&[&ana, &ben], &cloud, &[json!({"words": ["tea", "shit"]}), json!({"words": ["shit"]})])
        .await;

    let said = |rows: &[Value]| -> Value {
        let of = |row: &Value| json!([row["participant"], row["answer"], row["response"]]);
        rows.iter().map(of).collect()
    };
    let held = json!([
        ["Ana", "fine", {"text": "fine"}],
        ["Guest 2", null, null],
        [null, "tea", {"words": ["tea"]}],
        [null, null, null],
    ]);
    assert_eq!(said(&room.rows().await), held);
    let summary = room.summary().await;
    for activity in summary["activities"].as_array().unwrap() {
        assert_eq!(activity["responses"], 2);
    }
    for body in [summary.to_string(), room.export("csv").await.text()] {
        assert!(!body.contains("shit"), "{body}");
    }

    let page = room.runner.moderation(&room.id, "?status=pending").await.expect(200);
    for item in page["items"].as_array().unwrap() {
        let approve = json!({"decision": "approve"});
        let id = item["item_id"].as_str().unwrap();
        room.runner.moderate(&room.id, id, &approve).await.expect(200);
    }
    let approved = json!([
        ["Ana", "fine", {"text": "fine"}],
        ["shit head", "holy shit", {"text": "holy shit"}],
        [null, "tea; shit", {"words": ["tea", "shit"]}],
        [null, "shit", {"words": ["shit"]}],
    ]);
    assert_eq!(said(&room.rows().await), approved);
    room.admin.remove_participant(&room.id, &ben.id, "").await.expect(204);
    let removed = json!([
        ["Ana", "fine", {"text": "fine"}],
        ["Guest 2", null, null],
        [null, "tea; shit", {"words": ["tea", "shit"]}],
        [null, null, null],
    ]);
    assert_eq!(said(&room.rows().await), removed);
}

async fn who_may_not_and_what_can_not_be_exported(app: TestApp) {
    let room = Room::open(&app).await;
    let phone = room.join("Ana").await;
    let other = app.another_admin().await;
    for what in ["summary", "export", "export?format=csv"] {
        let path = format!("/api/v1/sessions/{}/{what}", room.id);
        assert_eq!(app.anyone().get(&path).await.problem(401), "unauthorized");
        for client in [&phone.client, &room.runner, &other] {
            assert_eq!(client.get(&path).await.problem(403), "forbidden");
        }
        let nowhere = format!("/api/v1/sessions/{}/{what}", uuid::Uuid::now_v7());
        assert_eq!(room.admin.get(&nowhere).await.problem(404), "not_found");
    }
    for format in ["pdf", "CSV", "", "csv%20", "csv&format=json"] {
        assert_eq!(room.export(format).await.problem(422), "validation", "{format}");
    }
}

async fn an_export_is_a_file_with_a_name(app: TestApp) {
    let room = Room::open(&app).await;
    let name = json!({"name": "Rückblick \"Q4\"/=1"});
    room.admin.edit_session(&room.id, &name).await.expect(200);
    for (format, kind) in [
        ("csv", "text/csv; charset=utf-8"),
        ("json", "application/json"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ] {
        let reply = room.export(format).await;
        assert_eq!(reply.status, 200);
        assert_eq!(reply.header("content-type"), Some(kind));
        assert_eq!(reply.header("cache-control"), Some("private, no-store"));
        let code = &room.code;
        let expected = format!(
            "attachment; filename=\"ruckblick-q4-1-{code}.{format}\"; \
             filename*=UTF-8''R%C3%BCckblick%20-Q4--%3D1-{code}.{format}"
        );
        assert_eq!(reply.header("content-disposition"), Some(&*expected));
    }
    assert_eq!(room.export("csv").await.text(), format!("\u{feff}{COLUMNS}\r\n"));
    assert_eq!(room.export("json").await.expect(200), json!([]));
    let path = format!("/api/v1/sessions/{}/export", room.id);
    let left_out = room.admin.get(&path).await;
    assert_eq!(left_out.header("content-type"), Some("text/csv; charset=utf-8"));
}
