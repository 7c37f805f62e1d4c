//! What the engine costs: deciding, publishing, assembling deltas, recovering.

#[path = "support/fixture.rs"]
mod fixture;

use std::{hint::black_box, sync::Arc, time::Duration};

use caja_actors::{
    activity::{Audience, Kind, View},
    codec::{decode_snapshot, encode_snapshot},
    publish::Frames,
    registry::Registry,
    session::{Command, Entry, Epoch, FrameContext, Section, Sections, Session, Version},
};
use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use serde_json::{Value, json};

use fixture::{AT, Fixture, Shelf, StoppedClock, choice, participant};

/// Deciding and applying a thousand first answers of each type; criterion shows answers per
/// second.
fn decide_and_apply(c: &mut Criterion) {
    let mut group = c.benchmark_group("decide_apply");
    let quiz = json!({"countdown_s": 0, "questions": [{"kind": "choice", "prompt": "?",
        "options": [{"label": "1"}, {"label": "2"}], "correct": ["a"]}]});
    let cases: [(&str, Kind, Value, Value); 4] = [
        ("poll", Kind::Poll, choice(), json!({"choices": ["b"]})),
        ("poker", Kind::Poker, json!({"stories": []}), json!({"card": "5"})),
        ("quiz", Kind::Quiz, quiz, json!({"question": "q1", "choices": ["a"]})),
        ("wordcloud", Kind::WordCloud, json!({"prompt": "?"}), json!({"words": ["growth"]})),
    ];
    for (name, kind, config, body) in cases {
        let mut fixture = Fixture::new();
        fixture.join(1_000);
        let activity = fixture.activity(name, config);
        if kind == Kind::Quiz {
            let control = kind.control(json!({"action": "next"})).expect("a control");
            fixture.perform(Command::Control { activity, control, pacing_ms: 2_000 });
        }
        let answers: Vec<Command> = (0..1_000)
            .map(|n| {
                let answer = kind.answer(body.clone()).expect("an answer");
                Command::Answer { who: participant(n), activity, answer }
            })
            .collect();
        group.throughput(Throughput::Elements(answers.len() as u64));
        group.bench_function(name, |b| {
            b.iter_batched_ref(
                || fixture.session.clone(),
                |session| {
                    for answer in &answers {
                        let decision = session.decide(answer, AT).expect("granted");
                        let event = decision.event.expect("a first answer");
                        session.apply(&Entry { at: AT, event });
                    }
                },
                BatchSize::LargeInput,
            );
        });
    }
    group.finish();
}

/// Rendering the frames after a vote, by the number of people who voted.
fn publish(c: &mut Criterion) {
    let mut group = c.benchmark_group("publish");
    for people in [100, 1_000, 10_000, 100_000] {
        let fixture = Fixture::after_polls(people, 1);
        let before = frames(&fixture.session);
        let audience = Audience { online: people, ..Audience::default() };
        let context = FrameContext {
            join_url: "http://caja.example/j/123456",
            me_version: before.me_version,
            audience: &audience,
            at: AT,
        };
        group.bench_with_input(BenchmarkId::from_parameter(people), &people, |b, _| {
            let mut version = before.version();
            b.iter(|| {
                version = version.next();
                let dirty = Sections::RESULTS;
                Frames::capture(&fixture.session, &context, dirty, version, Some(&before))
            });
        });
    }
    group.finish();
}

fn frames(session: &Session) -> Frames {
    Frames::first(session, Version::first_of(Epoch(1)), "http://caja.example/j/123456", AT)
}

/// Assembling a delta.
fn since(c: &mut Criterion) {
    let fixture = Fixture::after_polls(1_000, 1);
    let before = frames(&fixture.session);
    let audience = Audience::default();
    let context = FrameContext {
        join_url: "http://caja.example/j/123456",
        me_version: before.me_version,
        audience: &audience,
        at: AT,
    };
    let (have, dirty) = (before.version(), Sections::from(Section::Results));
    let now = Frames::capture(&fixture.session, &context, dirty, have.next(), Some(&before));
    c.bench_function("since", |b| b.iter(|| now.view(View::Participant).since(black_box(have))));
}

/// Encoding and decoding the state of 10,000 people with ten answers each.
fn codec(c: &mut Criterion) {
    let fixture = Fixture::after_polls(10_000, 10);
    let state = encode_snapshot(&fixture.session);
    let mut group = c.benchmark_group("snapshot_10000x10");
    group.sample_size(20).throughput(Throughput::Bytes(state.len() as u64));
    group.bench_function("encode", |b| b.iter(|| encode_snapshot(&fixture.session)));
    group.bench_function("decode", |b| b.iter(|| decode_snapshot(&state).expect("readable")));
    group.finish();
}

/// Activating a session of 10,000 × 10 answers from the journal alone.
fn recovery(c: &mut Criterion) {
    let fixture = Fixture::after_polls(10_000, 10);
    let id = fixture.session.id();
    let journal = Arc::new(Shelf::holding(&fixture.events));
    let system = actix::System::new();
    let mut group = c.benchmark_group("recovery_10000x10");
    group.sample_size(10).measurement_time(Duration::from_secs(10));
    group.bench_function("journal", |b| {
        b.iter_batched(
            || {
                let url = Box::new(|code: &str| format!("http://caja.example/j/{code}"));
                Registry::start(journal.clone(), Arc::new(StoppedClock), 1, url)
            },
            |registry| system.block_on(registry.activate(id)).expect("it is there"),
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

criterion_group! {
    name = engine;
    config = Criterion::default().warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(3));
    targets = decide_and_apply, publish, since, codec, recovery
}
criterion_main!(engine);
