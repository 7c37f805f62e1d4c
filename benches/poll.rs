//! What a poll costs in the server itself, from the parsed request to the answer, by the number of
//! people in the session.

#[path = "support/fixture.rs"]
mod fixture;

use std::{hint::black_box, sync::Arc};

use actix_http::{Request, test::TestRequest};
use caja::{
    app::{App, Edge},
    http::{
        front,
        sessions::{Draft, create_draft},
        tokens::Claim,
    },
    store::{OpenOptions, open},
};
use caja_actors::{
    activity::{Kind, Step, View},
    session::{AdminId, Command, Nickname, ParticipantId, Reply, SessionId, Settings, Who},
};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use futures_util::future::join_all;
use serde_json::json;
use uuid::Uuid;

use fixture::{choice, option};

const SIZES: [u32; 4] = [100, 1_000, 10_000, 100_000];
/// Joins under way at the same time: what may wait in a session.
const AT_ONCE: usize = 2_000;

fn polls(c: &mut Criterion) {
    let system = actix_web::rt::System::with_tokio_rt(|| {
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("threads can be started")
    });
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite://{}", folder.path().join("bench.db").display());
    let app = system.block_on(async {
        let store = open(&url, &OpenOptions::serve()).await.expect("the store opens");
        store.migrate().await.expect("the schema is made");
        let app = App::build(store, "http://127.0.0.1".into(), 1, 0, Edge::default(), None).await;
        Arc::new(app.expect("the app builds"))
    });
    for people in SIZES {
        let stage = system.block_on(Stage::with(&app, people));
        for (name, request) in stage.requests() {
            let mut group = c.benchmark_group(name);
            group.bench_function(BenchmarkId::from_parameter(people), |b| {
                b.iter(|| front::answer(black_box(&app), black_box(&request)).expect("at once"));
            });
            group.finish();
        }
    }
    c.bench_function("token_check", |b| {
        let claim = claim(SessionId(Uuid::from_u128(7)), fixture::participant(7));
        let token = app.tokens.issue(claim);
        b.iter(|| app.tokens.check(black_box(token.as_bytes())).expect("it is ours"));
    });
}

fn claim(session: SessionId, who: Who) -> Claim {
    Claim { session, who }
}

/// A session in which everybody has answered a poll whose results all see.
struct Stage {
    session: SessionId,
    token: String,
    etag: String,
    since: u64,
}

impl Stage {
    async fn with(app: &App, people: u32) -> Self {
        let config = Kind::Poll.config(choice()).expect("a shape").expect("complete");
        let draft = Draft {
            name: "Bench".into(),
            description: None,
            settings: Settings { max_participants: 200_000, ..Settings::default() },
            activities: vec![("Question".into(), config)],
        };
        let owner = AdminId(Uuid::from_u128(1));
        let created = create_draft(app, owner, draft).await.expect("it is created");
        let (session, activity) = (created.id(), created.activities()[0].id);
        for command in [Command::Open, Command::TakeStep { activity, step: Step::Activate }] {
            app.registry.ask(session, command, app.now()).await.expect("granted");
        }
        let all: Vec<u32> = (0..people).collect();
        let mut last = None;
        for some in all.chunks(AT_ONCE) {
            let joined = join_all(some.iter().map(|n| async move {
                let command = Command::Join {
                    id: ParticipantId(Uuid::now_v7()),
                    nickname: Nickname::parse(&format!("Participant {n}")).expect("a nickname"),
                    client: None,
                    spectator: false,
                };
                let joined = app.registry.ask(session, command, app.now()).await;
                let Reply::Joined { seat, id, .. } = joined.expect("there is room").reply else {
                    panic!("a join is answered by a seat");
                };
                let who = Who { seat, id };
                let body = json!({"choices": [option(*n)]});
                let answer = Kind::Poll.answer(body).expect("an answer");
                let command = Command::Answer { who, activity, answer };
                app.registry.ask(session, command, app.now()).await.expect("granted");
                who
            }));
            last = joined.await.last().copied();
        }
        // What was captured last is shown soon.
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        let published = app.registry.published(session).expect("it is in memory");
        let frames = published.frames();
        let frame = frames.view(View::Participant);
        let etag = String::from_utf8(frame.etag.to_vec()).expect("ASCII");
        let who = last.expect("there are people");
        let token = app.tokens.issue(claim(session, who));
        Self { session, token, etag, since: frame.version.0 - 1 }
    }

    fn requests(&self) -> [(&'static str, Request); 3] {
        let request = |query: &str| {
            let uri = format!("/api/v1/sessions/{}/state{query}", self.session);
            let mut request = TestRequest::with_uri(&uri);
            request.insert_header(("authorization", format!("Bearer {}", self.token)));
            request
        };
        let since = format!("?since={}", self.since);
        [
            ("poll_304", request("").insert_header(("if-none-match", &*self.etag)).finish()),
            ("poll_frame", request("").finish()),
            ("poll_delta", request(&since).finish()),
        ]
    }
}

criterion_group! {
    name = poll;
    config = Criterion::default()
        .warm_up_time(std::time::Duration::from_secs(1))
        .measurement_time(std::time::Duration::from_secs(3));
    targets = polls
}
criterion_main!(poll);
