//! Polls and durable answers through HTTP, each beside a bare actix-web handler (one route, no
//! state) that takes and answers the same bytes. Both sides alternate in one run.

#[path = "support/load.rs"]
mod load;
#[path = "support/record.rs"]
mod record;
#[path = "support/server.rs"]
mod server;

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use load::{Connection, Outcome, Requests, ended, once, outcome, saturate, spread};
use record::record;
use serde_json::{Value, json};
use server::{ADMIN, Bare, Client, Process, Stage, bare_server};

/// As the server's: this is the bare handler, too.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

const LASTS: Duration = Duration::from_secs(3);
const ROUNDS: usize = 5;
const CONNECTIONS: [usize; 3] = [50, 500, 2_000];
const WRITERS: usize = 500;
/// So many that nobody answers more often than they may: ten times a second.
const PEOPLE_FOR_EACH_WRITER: usize = 40;
/// Polls that are held at the same time.
const WAITING: usize = 10_000;
/// People in one session.
const CROWD: usize = 100_000;
/// Sessions, and people in each.
const ROOMS: [(usize, usize); 5] =
    [(1, 5_000), (1, 20_000), (1, 50_000), (1, 100_000), (1_000, 50)];
/// How long a full room is looked at.
const ROOM_LASTS: Duration = Duration::from_secs(10);
/// Every two and a half seconds.
const POLLS_OF_EACH: usize = 4;
/// Who votes in the same second.
const ROOM: usize = 1_000;

fn main() {
    // `cargo bench` calls this program; it calls itself again as the bare server.
    if std::env::args().any(|argument| argument == "--bare") {
        bare_server();
        return;
    }
    caja::open_files::take_all();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("threads can be started").block_on(async {
        let folder = tempfile::tempdir().expect("a folder");
        let sqlite = format!("sqlite://{}", folder.path().join("bench.db").display());
        compare("SQLite", &sqlite, true).await;
        match std::env::var("CAJA_TEST_POSTGRES_URL") {
            Ok(url) => compare("PostgreSQL", &url, false).await,
            Err(_) => println!("PostgreSQL: not measured, CAJA_TEST_POSTGRES_URL is not set"),
        }
    });
}

/// Measures a server on one store; polls do not touch the store, so they are measured once.
async fn compare(name: &str, url: &str, with_polls: bool) {
    if is_wanted("burst") {
        let caja = Process::caja(url);
        let stage = Stage::settled(caja.address, ROOM).await;
        println!("{name}: {:.0} MiB resident with {ROOM} participants", caja.resident_mib());
        burst_of_votes(&stage, name, &caja).await;
    }
    if with_polls && is_wanted("polls") {
        let caja = Process::caja(url);
        for connections in CONNECTIONS {
            // A new one each time: who joined and does not come gives the seat back.
            let stage = Stage::settled(caja.address, connections).await;
            compare_polls(&stage, connections, true).await;
            compare_polls(&stage, connections, false).await;
        }
    }
    if with_polls && is_wanted("waiting") {
        let caja = Process::caja(url);
        let stage = Stage::settled(caja.address, WAITING).await;
        all_wait(&stage, &caja).await;
    }
    if with_polls && is_wanted("rooms") {
        for (sessions, people) in ROOMS {
            rooms(url, sessions, people).await;
        }
    }
    if with_polls && is_wanted("crowd") {
        crowd(url).await;
    }
    if is_wanted("answers") {
        let caja = Process::caja(url);
        let stage = Stage::settled(caja.address, WRITERS * PEOPLE_FOR_EACH_WRITER).await;
        compare_answers(&stage, name, &caja).await;
    }
}

/// Whether a part was asked for: `cargo bench --bench http -- burst`. All of them by default.
fn is_wanted(part: &str) -> bool {
    let asked: Vec<String> = std::env::args().skip(1).filter(|it| !it.starts_with('-')).collect();
    asked.is_empty() || asked.iter().any(|it| it == part)
}

/// Polls that are answered 304, or with a whole frame.
async fn compare_polls(stage: &Stage, connections: usize, unchanged: bool) {
    let etag = stage.etag().await;
    let tag = unchanged.then_some(&*etag);
    let tokens = &stage.tokens[..connections.min(stage.tokens.len())];
    let requests: Vec<Requests> =
        tokens.iter().map(|token| vec![stage.poll(token, "", tag)]).collect();
    let mut connection = Connection::open(stage.address).await;
    let status = connection.exchange(&requests[0][0]).await;
    assert_eq!(status, if unchanged { 304 } else { 200 });
    let bare = Process::bare(&Bare::to(&requests[0][0], connection.last_answer()));
    let sides = [(stage.address, &requests), (bare.address, &requests)];
    let [ours, theirs] = alternate(sides).await;
    let kind = if unchanged { "304" } else { "full frame" };
    report(&format!("polls, {kind}, {connections} connections"), &ours, &theirs);
}

/// Durable answers, changed every time.
async fn compare_answers(stage: &Stage, name: &str, caja: &Process) {
    let people = stage.tokens.chunks(PEOPLE_FOR_EACH_WRITER);
    let requests: Vec<Requests> = people.map(|tokens| stage.answers(tokens)).collect();
    let mut connection = Connection::open(stage.address).await;
    let (first, changed) = (&requests[0][0], &requests[0][PEOPLE_FOR_EACH_WRITER]);
    connection.exchange(first).await;
    assert_eq!(connection.exchange(changed).await, 200);
    let bare = Process::bare(&Bare::to(changed, connection.last_answer()));
    let sides = [(stage.address, &requests), (bare.address, &requests)];
    let [ours, theirs] = alternate(sides).await;
    let refused = ours.iter().flat_map(|run| run.statuses.keys()).find(|status| **status >= 300);
    assert_eq!(refused, None, "only answers that count are counted");
    report(&format!("durable answers, {name}, {WRITERS} connections"), &ours, &theirs);
    println!("    {:.0} MiB resident after it", caja.resident_mib());
}

/// 1,000 answers that arrive within one second.
async fn burst_of_votes(stage: &Stage, name: &str, caja: &Process) {
    let people = stage.tokens.chunks(1);
    let firsts = people.map(|token| stage.answers(token).into_iter().take(1).collect());
    let requests: Vec<Requests> = firsts.collect();
    let outcome = spread(stage.address, &requests, Duration::from_secs(1)).await;
    let times = Times::of(&outcome);
    let mib = caja.resident_mib();
    println!(
        "{name}: {} answers within one second, acknowledged {times}, statuses {:?}, {mib:.0} MiB resident",
        requests.len(),
        outcome.statuses,
    );
    record(
        "burst",
        &json!({"name": name, "p50": times.p50, "p99": times.p99, "max": times.max, "mib": mib}),
    );
}

/// Full rooms: everybody polls every two and a half seconds, and answers once meanwhile.
async fn rooms(url: &str, sessions: usize, people: usize) {
    let caja = Process::caja(url);
    let mut stages = vec![];
    for _ in 0..sessions {
        stages.push(Stage::build(caja.address, people).await);
    }
    let (mut polls, mut answers) = (vec![], vec![]);
    for stage in &stages {
        let tag = stage.etag().await;
        for token in &stage.tokens {
            let poll = stage.poll(token, "", Some(&tag));
            polls.push(vec![poll; POLLS_OF_EACH]);
        }
        let firsts = stage.answers(&stage.tokens).into_iter().take(people);
        answers.extend(firsts);
    }
    let polls = shared_out(&transposed(&polls).concat());
    let answers = shared_out(&answers);
    let (began, before) = (Instant::now(), caja.cpu_seconds());
    let (polled, answered) = tokio::join!(
        spread(caja.address, &polls, ROOM_LASTS),
        spread(caja.address, &answers, ROOM_LASTS)
    );
    let cpu = 100.0 * (caja.cpu_seconds() - before) / began.elapsed().as_secs_f64();
    let mib = caja.resident_mib();
    assert_eq!(answered.statuses.keys().collect::<Vec<_>>(), [&201], "all of them count");
    let (polls, answers) = (Times::of(&polled), Times::of(&answered));
    println!(
        "{sessions} sessions of {people}: {:.0} polls/s {polls}, statuses {:?}; {:.0} answers/s \
         {answers}; {cpu:.0} % of a core, {mib:.0} MiB",
        polled.per_second, polled.statuses, answered.per_second
    );
    record(
        "rooms",
        &json!({"name": format!("{sessions} of {people}"), "sessions": sessions, "people": people,
        "polls": polled.per_second, "polls_p50": polls.p50, "polls_p99": polls.p99,
        "answers": answered.per_second, "answers_p99": answers.p99, "cpu": cpu, "mib": mib}),
    );
}

/// First everybody's first, then everybody's second, and so on.
fn transposed(lists: &[Requests]) -> Vec<Requests> {
    (0..POLLS_OF_EACH).map(|at| lists.iter().map(|list| list[at].clone()).collect()).collect()
}

/// Dealt out to connections, as a proxy does that keeps some open.
fn shared_out(requests: &[Vec<u8>]) -> Vec<Requests> {
    let mut lists = vec![vec![]; WRITERS];
    for (at, request) in requests.iter().enumerate() {
        lists[at % WRITERS].push(request.clone());
    }
    lists
}

/// Everybody's poll is held until something happens.
async fn all_wait(stage: &Stage, caja: &Process) {
    let before = caja.resident_mib();
    let etag = stage.etag().await;
    let mut waiting = vec![];
    for token in &stage.tokens {
        let mut connection = Connection::open(stage.address).await;
        connection.send(&stage.poll(token, "?wait=25", Some(&etag))).await;
        waiting.push(connection);
    }
    tokio::time::sleep(Duration::from_secs(3)).await;
    let kib = (caja.resident_mib() - before) * 1_024.0 / WAITING as f64;
    let mut admin = Client::new(stage.address, ADMIN).await;
    let began = Instant::now();
    let all = waiting.into_iter().map(|mut connection| {
        tokio::spawn(async move { (connection.receive().await, began.elapsed()) })
    });
    let all: Vec<_> = all.collect();
    admin.call("PUT", &format!("{}/announcement", stage.path), json!({"text": "Now"})).await;
    let outcome = outcome(ended(all).await, began.elapsed());
    assert_eq!(outcome.statuses.keys().collect::<Vec<_>>(), [&200], "what they waited for");
    let times = Times::of(&outcome);
    println!("{WAITING} held polls, {kib:.1} KiB each; answered after an announcement: {times}");
    record(
        "waiting",
        &json!({"name": WAITING.to_string(), "kib": kib, "p50": times.p50,
        "p99": times.p99, "max": times.max}),
    );
}

/// As many people in one session as a node should carry, and ten answers from each.
async fn crowd(url: &str) {
    let mut caja = Process::caja(url);
    let empty = caja.resident_mib();
    let began = Instant::now();
    let mut stage = Stage::settled(caja.address, CROWD).await;
    let joined = began.elapsed().as_secs_f64();
    let mut per_second = vec![];
    for round in 0..10 {
        if round > 0 {
            stage.next_poll().await;
        }
        let people = stage.tokens.chunks(CROWD / WRITERS);
        let firsts = people.map(|some| stage.answers(some).into_iter().take(some.len()).collect());
        let answered = once(stage.address, &firsts.collect::<Vec<_>>()).await;
        assert_eq!(answered.statuses.keys().collect::<Vec<_>>(), [&201], "all of them are new");
        per_second.push(answered.per_second);
    }
    // What snapshots took is given back within twenty seconds.
    tokio::time::sleep(Duration::from_secs(30)).await;
    let mib = caja.resident_mib();
    let each = (mib - empty) * 1_048_576.0 / CROWD as f64;
    println!(
        "{CROWD} participants joined in {joined:.0} s, ten answers each at {:.0}/s; {mib:.0} MiB \
         resident, {empty:.0} when empty: {each:.0} bytes each",
        per_second.iter().sum::<f64>() / 10.0,
    );

    let few = Stage::settled(caja.address, 100).await;
    let polls = async |stage: &Stage| -> Vec<Requests> {
        let etag = stage.etag().await;
        let some = stage.tokens.iter().take(50);
        some.map(|token| vec![stage.poll(token, "", Some(&etag))]).collect()
    };
    let (many, few) = (polls(&stage).await, polls(&few).await);
    let [many, few] = alternate([(caja.address, &many), (caja.address, &few)]).await;
    report(&format!("polls among {CROWD} people, beside those among 100"), &many, &few);

    drop(caja);
    let began = Instant::now();
    caja = Process::caja(url);
    let started = began.elapsed();
    let mut back = Client::new(caja.address, &stage.tokens[0]).await;
    back.call("GET", &format!("{}/state", stage.path), Value::Null).await;
    let served = began.elapsed();
    println!("after kill -9 started in {started:.2?}, and the session served after {served:.2?}");
    record(
        "crowd",
        &json!({"name": CROWD.to_string(), "joined_s": joined, "mib": mib,
        "empty_mib": empty, "bytes": each, "started_s": started.as_secs_f64(),
        "served_s": served.as_secs_f64()}),
    );
}

/// Two sides in turn; gives the rounds of each.
async fn alternate(sides: [(SocketAddr, &Vec<Requests>); 2]) -> [Vec<Outcome>; 2] {
    let mut runs = [vec![], vec![]];
    for _ in 0..ROUNDS {
        for (runs, (address, requests)) in runs.iter_mut().zip(sides).rev() {
            runs.push(saturate(address, requests, LASTS).await);
        }
    }
    runs
}

fn report(what: &str, ours: &[Outcome], theirs: &[Outcome]) {
    let ratios = ours.iter().zip(theirs).map(|(ours, theirs)| ours.per_second / theirs.per_second);
    let (our_rate, their_rate) =
        (median(ours, |it| it.per_second), median(theirs, |it| it.per_second));
    let mut ratios: Vec<f64> = ratios.collect();
    ratios.sort_by(f64::total_cmp);
    let (ratio, least, most) = (ratios[ratios.len() / 2], ratios[0], ratios[ratios.len() - 1]);
    let (our_p99, their_p99) =
        (median(ours, |it| Times::of(it).p99), median(theirs, |it| Times::of(it).p99));
    println!(
        "{what}: {our_rate:.0}/s, bare {their_rate:.0}/s, ratio {ratio:.2} ({least:.2} to {most:.2}), p99 {our_p99:.1} ms, bare {their_p99:.1} ms, statuses {:?}",
        ours[0].statuses.keys().collect::<Vec<_>>(),
    );
    record(
        "http",
        &json!({"name": what, "caja": our_rate, "bare": their_rate, "ratio": ratio,
        "least": least, "most": most, "p99": our_p99, "bare_p99": their_p99}),
    );
}

/// In milliseconds.
struct Times {
    p50: f64,
    p99: f64,
    max: f64,
}

impl Times {
    fn of(Outcome { latency_us, .. }: &Outcome) -> Self {
        let millis = |micros: u64| micros as f64 / 1_000.0;
        let at = |quantile| millis(latency_us.value_at_quantile(quantile));
        Self { p50: at(0.5), p99: at(0.99), max: millis(latency_us.max()) }
    }
}

impl std::fmt::Display for Times {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "p50 {:.1} ms, p99 {:.1} ms, max {:.1} ms", self.p50, self.p99, self.max)
    }
}

fn median(runs: &[Outcome], value: impl Fn(&Outcome) -> f64) -> f64 {
    let mut values: Vec<f64> = runs.iter().map(value).collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
