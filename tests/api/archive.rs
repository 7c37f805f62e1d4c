//! Completed sessions in SQL: what `docs/archive.md` promises, and nothing that must not leave.

use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row, SqliteConnection, query};

use crate::{
    app::TestApp,
    on_both,
    room::{Phone, Room, choice},
    support::eventually,
};

on_both! {
    the_examples_of_the_document_show_what_happened,
    anonymous_answers_have_no_author_in_the_archive,
    a_deleted_session_is_in_no_table,
}

/// Rows as text, however their columns are typed.
async fn rows(app: &TestApp, sql: &str, columns: usize) -> Vec<Vec<String>> {
    // Every column of the query as text, in both databases.
    let casts: Vec<_> = (0..columns).map(|n| format!("cast(c{n} as text)")).collect();
    let names: Vec<_> = (0..columns).map(|n| format!("c{n}")).collect();
    let sql = format!(
        "with it ({}) as ({}) select {} from it",
        names.join(", "),
        sql.trim().trim_end_matches(';'),
        casts.join(", ")
    );
    let texts = |get: &dyn Fn(usize) -> Option<String>| {
        (0..columns).map(|n| get(n).unwrap_or_else(|| "-".into())).collect()
    };
    let sql = AssertSqlSafe(sql);
    if app.database.starts_with("sqlite") {
        let mut connection = SqliteConnection::connect(&app.database).await.unwrap();
        let rows = query(sql).fetch_all(&mut connection).await.unwrap();
        rows.iter().map(|row| texts(&|n| row.get(n))).collect()
    } else {
        let mut connection = PgConnection::connect(&app.database).await.unwrap();
        let rows = query(sql).fetch_all(&mut connection).await.unwrap();
        rows.iter().map(|row| texts(&|n| row.get(n))).collect()
    }
}

/// The queries of the document, in its order.
fn examples() -> Vec<&'static str> {
    let document = include_str!("../../docs/archive.md");
    document.split("```sql\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect()
}

async fn complete(app: &TestApp, room: &Room) {
    room.admin.complete(&room.id).await.expect(200);
    eventually("the session is archived", || async {
        let archived = rows(app, "select archived_ms from sessions", 1).await;
        archived.iter().all(|row| row[0] != "-")
    })
    .await;
}

async fn two_people(room: &Room) -> [Phone; 2] {
    [room.join("Ada").await, room.join("Björn").await]
}

async fn the_examples_of_the_document_show_what_happened(app: TestApp) {
    let room = Room::open(&app).await;
    let [ada, bjorn] = two_people(&room).await;
    let open = json!({"kind": "text", "question": "Why?", "anonymous": false});
    let poll = room.run("poll", open).await;
    ada.answer(&poll, json!({"text": "Because \"it\" is"})).await.expect(201);
    bjorn.answer(&poll, json!({"text": "=1+1"})).await.expect(201);
    let quiz = room
        .run(
            "quiz",
            json!({"questions": [{
                "kind": "numeric", "prompt": "How many?", "correct": {"value": 42}, "time_limit_s": 60,
            }], "countdown_s": 0}),
        )
        .await;
    room.act(&quiz, "next").await;
    let question = ada.sees("the question opens", |it| it["activity"]["phase"] == "open").await;
    let question = question["activity"]["current"]["question"]["id"].clone();
    ada.answer(&quiz, json!({"question": question, "value": 42})).await.expect(201);
    bjorn.answer(&quiz, json!({"question": question, "value": 7})).await.expect(201);
    room.act(&quiz, "reveal").await;
    room.draft("wordcloud", json!({"prompt": "Never shown"})).await;
    complete(&app, &room).await;

    let [responses, texts, best] = examples()[..] else { panic!("there are three") };
    let responses = rows(&app, responses, 5).await;
    let counts: Vec<_> = responses.iter().map(|row| [&*row[0], &*row[1], &*row[3]]).collect();
    assert_eq!(counts, [["All hands", "1", "2"], ["All hands", "2", "2"], ["All hands", "3", "0"]]);
    assert!(responses[0][4].parse::<u32>().is_ok() && responses[2][4] == "-", "{responses:?}");
    assert_eq!(
        rows(&app, texts, 3).await,
        [["Now", "Because \"it\" is", "Ada"], ["Now", "=1+1", "Björn"]]
    );
    let best = rows(&app, best, 3).await;
    let [first, second] = &best[..] else { panic!("{best:?}") };
    assert_eq!((&*first[0], &*second[0], &*second[1]), ("Ada", "Björn", "0"));
    assert!(first[1].parse::<u32>().unwrap() > 0);
    let keys =
        "select config->'questions'->0->'correct'->>'value' from activities where type = 'quiz'";
    assert_eq!(rows(&app, keys, 1).await, [["42.0"]]);
}

async fn anonymous_answers_have_no_author_in_the_archive(app: TestApp) {
    let room = Room::open(&app).await;
    let people = two_people(&room).await;
    let [mut named, mut secret] = [choice(), choice()];
    named["anonymous"] = false.into();
    secret["anonymous"] = true.into();
    let named = room.run("poll", named).await;
    for phone in &people {
        phone.answer(&named, json!({"choices": ["a"]})).await.expect(201);
    }
    let secret = room.run("poll", secret).await;
    // Against the order of joining.
    people[1].answer(&secret, json!({"choices": ["b"]})).await.expect(201);
    people[0].answer(&secret, json!({"choices": ["a"]})).await.expect(201);
    let cloud = room.run("wordcloud", json!({"prompt": "Words?"})).await;
    people[0].answer(&cloud, json!({"words": ["sea"]})).await.expect(201);
    complete(&app, &room).await;

    let by_activity = "select a.position, count(*), count(r.participant_id) from responses r \
        join activities a on a.session_id = r.session_id and a.activity_id = r.activity_id \
        group by a.position order by a.position";
    assert_eq!(
        rows(&app, by_activity, 3).await,
        [["1", "2", "2"], ["2", "2", "0"], ["3", "1", "0"]]
    );
    let order = "select r.answer->'choices'->>0 from responses r \
        join activities a on a.session_id = r.session_id and a.activity_id = r.activity_id \
        where a.position = 2 order by r.no";
    assert_eq!(rows(&app, order, 1).await, [["b"], ["a"]], "in the order of time, not of joining");
}

async fn a_deleted_session_is_in_no_table(app: TestApp) {
    let room = Room::open(&app).await;
    let [ada, _] = two_people(&room).await;
    let poll = room.run_choice().await;
    ada.answer(&poll, json!({"choices": ["a"]})).await.expect(201);
    complete(&app, &room).await;
    assert_eq!(rows(&app, "select count(*) from responses", 1).await, [["1"]]);

    assert_eq!(room.admin.delete_session(&room.id).await.status, 204);

    for table in ["sessions", "journal", "snapshots", "activities", "participants", "responses"] {
        let left = rows(&app, &format!("select count(*) from {table}"), 1).await;
        assert_eq!(left, [["0"]], "{table}");
    }
}
