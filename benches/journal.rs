//! Durable answers per second without HTTP: handle, actor, journal, store; beside a bare loop of
//! multi-row inserts of the same bytes into the same table.

#[path = "support/fixture.rs"]
mod fixture;
#[path = "support/record.rs"]
mod record;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use caja::{
    app::{App, Edge},
    http::sessions::{Draft, create_draft},
    store::{OpenOptions, Store, open},
};
use caja_actors::{
    activity::{Kind, Step},
    session::{
        ActivityId, AdminId, Command, Nickname, ParticipantId, Reply, SessionId, Settings, Who,
    },
};
use futures_util::future::join_all;
use serde_json::json;
use sqlx::{Connection, PgConnection, SqliteConnection};
use uuid::Uuid;

use fixture::choice;
use record::record;

/// People who answer at the same time, each as soon as the answer before is durable.
const PEOPLE: usize = 500;
const LASTS: Duration = Duration::from_secs(4);
const ROUNDS: usize = 3;
/// Rows in one statement of the bare loop: what fits SQLite's bound on parameters.
const BARE_ROWS: usize = 500;
/// Bytes of an event of a poll, as the journal holds it.
const EVENT_LEN: usize = 60;

fn main() {
    let system = actix_web::rt::System::with_tokio_rt(|| {
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("threads can be started")
    });
    system.block_on(async {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("bench.db");
        measure("SQLite", &format!("sqlite://{}", file.display())).await;
        match std::env::var("CAJA_TEST_POSTGRES_URL") {
            Ok(url) => measure("PostgreSQL", &url).await,
            Err(_) => println!("PostgreSQL: not measured, CAJA_TEST_POSTGRES_URL is not set"),
        }
    });
}

async fn measure(name: &str, url: &str) {
    let store = open(url, &OpenOptions::serve()).await.expect("the store opens");
    store.migrate().await.expect("the schema is made");
    let (mut engine, mut bare) = (vec![], vec![]);
    for _ in 0..ROUNDS {
        bare.push(bare_loop(url).await);
        engine.push(answers_per_second(store.clone()).await);
    }
    let (engine, bare) = (median(engine), median(bare));
    println!(
        "{name}: {engine:.0} durable answers/s from {PEOPLE} people; bare inserts {bare:.0} rows/s; ratio {:.2}",
        engine / bare
    );
    let row = json!({"name": name, "answers": engine, "bare": bare, "ratio": engine / bare});
    record("journal", &row);
}

fn median(mut runs: Vec<f64>) -> f64 {
    runs.sort_by(f64::total_cmp);
    runs[runs.len() / 2]
}

/// Everybody changes their answer as often as they can.
async fn answers_per_second(store: Arc<dyn Store>) -> f64 {
    let app = App::build(store, "http://127.0.0.1".into(), 1, 0, Edge::default(), None)
        .await
        .expect("the app builds");
    let (session, activity) = prepare(&app).await;
    let people = join_all((0..PEOPLE).map(|n| join(&app, session, n))).await;
    let began = Instant::now();
    let counts =
        people.into_iter().map(|who| answer_until(&app, session, activity, who, began + LASTS));
    let count: u64 = join_all(counts).await.into_iter().sum();
    let per_second = count as f64 / began.elapsed().as_secs_f64();
    app.registry.drain().await;
    per_second
}

async fn prepare(app: &App) -> (SessionId, ActivityId) {
    let config = Kind::Poll.config(choice()).expect("a shape").expect("complete");
    let draft = Draft {
        name: "Bench".into(),
        description: None,
        settings: Settings::default(),
        activities: vec![("Question".into(), config)],
    };
    let owner = AdminId(Uuid::nil());
    let session = create_draft(app, owner, draft).await.expect("it is created");
    let (id, activity) = (session.id(), session.activities()[0].id);
    app.registry.ask(id, Command::Open, app.now()).await.expect("it opens");
    let activate = Command::TakeStep { activity, step: Step::Activate };
    app.registry.ask(id, activate, app.now()).await.expect("it runs");
    (id, activity)
}

async fn join(app: &App, session: SessionId, n: usize) -> Who {
    let command = Command::Join {
        id: ParticipantId(Uuid::now_v7()),
        nickname: Nickname::parse(&format!("Participant {n}")).expect("a nickname"),
        client: None,
        spectator: false,
    };
    let receipt = app.registry.ask(session, command, app.now()).await.expect("they join");
    match receipt.reply {
        Reply::Joined { seat, id, .. } => Who { seat, id },
        other => panic!("not joined: {other:?}"),
    }
}

async fn answer_until(
    app: &App,
    session: SessionId,
    activity: ActivityId,
    who: Who,
    until: Instant,
) -> u64 {
    let mut count = 0;
    while Instant::now() < until {
        let choice = ["a", "b"][count as usize % 2];
        let answer = Kind::Poll.answer(json!({"choices": [choice]})).expect("an answer");
        let command = Command::Answer { who, activity, answer };
        app.registry.ask(session, command, app.now()).await.expect("it is accepted");
        count += 1;
    }
    count
}

/// Multi-row inserts into a table like the journal with one row for each event, as fast as one
/// connection can; each statement is a transaction.
async fn bare_loop(url: &str) -> f64 {
    let event = vec![7u8; EVENT_LEN];
    let session = Uuid::now_v7();
    let began = Instant::now();
    let mut seq = 0i64;
    if url.starts_with("sqlite") {
        let mut database = SqliteConnection::connect(url).await.expect("it opens");
        sqlx::raw_sql("pragma journal_mode = wal; pragma synchronous = full; pragma busy_timeout = 5000; create table if not exists bare (session_id blob, seq integer, event blob, primary key (session_id, seq)) without rowid")
            .execute(&mut database).await.expect("a table");
        let mut insert = sqlx::QueryBuilder::<sqlx::Sqlite>::new("");
        while began.elapsed() < LASTS {
            insert.reset();
            insert = sqlx::QueryBuilder::new("insert into bare (session_id, seq, event) ");
            insert.push_values(0..BARE_ROWS as i64, |mut row, n| {
                row.push_bind(session).push_bind(seq + n).push_bind(event.clone());
            });
            insert.build().execute(&mut database).await.expect("inserted");
            seq += BARE_ROWS as i64;
        }
    } else {
        let mut database = PgConnection::connect(url).await.expect("it opens");
        sqlx::raw_sql("create table if not exists bare (session_id uuid, seq bigint, event bytea, primary key (session_id, seq))")
            .execute(&mut database).await.expect("a table");
        while began.elapsed() < LASTS {
            let seqs: Vec<i64> = (seq..seq + BARE_ROWS as i64).collect();
            let events = vec![event.clone(); BARE_ROWS];
            sqlx::query("insert into bare select $1, seq, event from unnest($2::bigint[], $3::bytea[]) as row (seq, event)")
                .bind(session).bind(seqs).bind(events)
                .execute(&mut database).await.expect("inserted");
            seq += BARE_ROWS as i64;
        }
    }
    seq as f64 / began.elapsed().as_secs_f64()
}
