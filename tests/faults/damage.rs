//! Damaged bytes: the older snapshot serves, or the session is refused with clear words; it is
//! never empty, and the other sessions don't notice.

use std::{path::Path, time::Duration};

use rand::{Rng, RngExt, SeedableRng, rngs::StdRng};
use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};

use crate::{
    api::Api,
    bytes::{Newest, move_the_log_into, read, write},
    pollers::settled_part,
    process::{ADMIN_TOKEN, PATIENCE, Place, Server},
    stage::{Kind, Stage, text},
    support::eventually,
    trial::{HELD, Trial, in_time, rounds, setting},
};

const MEMBERS: usize = 30;
const ROUND: Duration = Duration::from_secs(60);

/// What becomes of some bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Harm {
    BitFlipped,
    Truncated,
    Emptied,
}

impl Harm {
    const ALL: [Self; 3] = [Self::BitFlipped, Self::Truncated, Self::Emptied];

    fn to(self, bytes: &[u8], rng: &mut StdRng) -> Vec<u8> {
        let mut harmed = bytes.to_vec();
        let place = rng.random_range(0..bytes.len());
        match self {
            Self::BitFlipped => harmed[place] ^= 1 << rng.random_range(0..8),
            Self::Truncated => harmed.truncate(place),
            Self::Emptied => harmed.clear(),
        }
        harmed
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_survives_a_damaged_snapshot_and_refuses_what_it_cannot_read() {
    damaged_rows("damage, sqlite", Place::sqlite(), Harm::BitFlipped).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_survives_a_damaged_snapshot_and_refuses_what_it_cannot_read() {
    damaged_rows("damage, postgres", Place::postgres().await, Harm::Truncated).await;
}

/// All harms in each round; only the `first` where no rounds are asked for.
async fn damaged_rows(name: &'static str, place: Place, first: Harm) {
    let rounds = rounds(0);
    let harms = if rounds == 0 { vec![first] } else { Harm::ALL.to_vec() };
    let rounds = rounds.max(1);
    in_time(ROUND * (rounds + 1) * 3, async {
        let mut trial = Trial::begin(name, place, MEMBERS).await;
        let fragile = Fragile::build(trial.another_api()).await;
        trial.work_for_snapshots(2).await;
        for round in 1..=rounds {
            for &harm in &harms {
                let when = format!("round {round}/{rounds}, {harm:?}");
                snapshot_harmed(&mut trial, harm, &when).await;
                trial.work_for_snapshots(1).await;
            }
            for &harm in &harms {
                fragile.row_harmed(&mut trial, harm).await;
                trial.work(100..200).await;
                trial.check(&format!("round {round}/{rounds}, {harm:?} row of another")).await;
            }
        }
        trial.end(&format!("{rounds} rounds of {harms:?}, in snapshots and journal rows"));
    })
    .await;
}

async fn snapshot_harmed(trial: &mut Trial, harm: Harm, when: &str) {
    trial.work(50..200).await;
    trial.kill();
    let session = trial.crowd().stage.path.trim_start_matches("/sessions/").to_owned();
    let (seq, state) = read(&trial.place, &session, Newest::Snapshot).await;
    let harmed = harm.to(&state, &mut trial.rng);
    write(&trial.place, &session, Newest::Snapshot, seq, &harmed).await;
    trial.restart();
    trial.check(&format!("{when} snapshot of {} bytes", state.len())).await;
    let log = trial.server().stderr();
    assert!(log.contains("damaged snapshot"), "it is reported: {log}");
}

/// What is asked of a session that can't be read.
const REQUESTS: usize = 4;

/// A session beside the crowd's, with one answer, that is going to be damaged.
struct Fragile {
    stage: Stage,
    id: String,
    token: String,
    frame: Value,
}

impl Fragile {
    async fn build(api: Api) -> Self {
        let stage = Stage::build(&api).await;
        let body = json!({"nickname": "Ana", "client_id": uuid::Uuid::new_v4()});
        let joined = api.post(&stage.at("/participants"), "", &body).await.done();
        let token = text(&joined["participant_token"]);
        let activate = stage.at_activity(Kind::Poll, "/activate");
        api.post(&activate, ADMIN_TOKEN, &json!({})).await.done();
        let answer = stage.at_activity(Kind::Poll, "/response");
        api.put(&answer, &token, &json!({"choices": ["b"]})).await.done();
        let id = stage.path.trim_start_matches("/sessions/").to_owned();
        let mut it = Self { stage, id, token, frame: Value::Null };
        eventually("the answer is shown", || async {
            it.shown().await["results"]["responses"] == 1
        })
        .await;
        it.frame = settled_part(&it.shown().await);
        it
    }

    async fn shown(&self) -> Value {
        self.stage.api.get(&self.stage.at("/state"), &self.stage.runner_token).await.done()
    }

    /// Damages the journal of the session while no server runs, and mends it while one does.
    async fn row_harmed(&self, trial: &mut Trial, harm: Harm) {
        trial.kill();
        let (seq, events) = read(&trial.place, &self.id, Newest::JournalRow).await;
        let harmed = harm.to(&events, &mut trial.rng);
        write(&trial.place, &self.id, Newest::JournalRow, seq, &harmed).await;
        trial.restart();
        for _ in 0..2 {
            self.is_refused(&harmed).await;
        }
        let log = trial.server().stderr();
        assert!(log.contains("session can't be read") && log.contains(&self.id), "{log}");
        let (told, asked) = (log.matches("session can't be read").count(), 2 * REQUESTS);
        assert!(told < asked, "told {told} times to {asked} who asked: {log}");
        write(&trial.place, &self.id, Newest::JournalRow, seq, &events).await;
        eventually("the mended session is read again", || async {
            let state = self.stage.at("/state");
            let api = &self.stage.api;
            let request = api.request(Method::GET, &state, &self.stage.runner_token);
            request.send().await.unwrap().status() == StatusCode::OK
        })
        .await;
        assert_eq!(settled_part(&self.shown().await), self.frame, "mended, it is as it was");
    }

    async fn is_refused(&self, harmed: &[u8]) {
        let api = &self.stage.api;
        let join = json!({"nickname": "Eva", "client_id": uuid::Uuid::new_v4()});
        let answer = json!({"choices": ["a"]});
        let requests: [_; REQUESTS] = [
            api.request(Method::GET, &self.stage.at("/state"), &self.stage.runner_token),
            api.request(Method::GET, &self.stage.at("/me"), &self.token),
            api.request(Method::POST, &self.stage.at("/participants"), "").json(&join),
            api.request(Method::PUT, &self.stage.at_activity(Kind::Poll, "/response"), &self.token)
                .json(&answer),
        ];
        for request in requests {
            let response = request.send().await.unwrap();
            let (status, path) = (response.status(), response.url().path().to_owned());
            assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR, "{path}, {harmed:?}");
            assert_eq!(response.headers()[header::CONTENT_TYPE], "application/problem+json");
            let body = response.text().await.unwrap();
            for internal in ["journal", "row", "checksum", "sql", "/src/"] {
                assert!(!body.contains(internal), "{path} tells {internal}: {body}");
            }
        }
    }
}

/// Bytes of a page of SQLite.
const PAGE: usize = 4_096;

/// What becomes of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FileHarm {
    /// A write that never reached the disk.
    PageZeroed,
    /// A write of something else.
    PageOfGarbage,
    /// In a snapshot, which fills pages of its own.
    BitFlipped,
    Truncated,
    HeaderLost,
}

impl FileHarm {
    const ALL: [Self; 5] = [
        Self::PageZeroed,
        Self::PageOfGarbage,
        Self::BitFlipped,
        Self::Truncated,
        Self::HeaderLost,
    ];

    fn to(self, file: &mut Vec<u8>, in_snapshot: std::ops::Range<usize>, rng: &mut StdRng) {
        let page = rng.random_range(1..file.len() / PAGE) * PAGE;
        match self {
            Self::PageZeroed => file[page..page + PAGE].fill(0),
            Self::PageOfGarbage => {
                rng.fill_bytes(&mut file[page..page + PAGE]);
                // No kind of page begins with this.
                file[page] = 0xff;
            }
            Self::BitFlipped => file[rng.random_range(in_snapshot)] ^= 1 << rng.random_range(0..8),
            Self::Truncated => file.truncate(page + rng.random_range(0..PAGE)),
            Self::HeaderLost => rng.fill_bytes(&mut file[..100]),
        }
    }
}

/// How a session was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    Right,
    Refused,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_sqlite_file_never_shows_a_wrong_session() {
    let rounds = rounds(1);
    in_time(ROUND * (rounds + 1), async {
        let seed = setting("CAJA_FAULT_SEED").unwrap_or_else(|| rand::random_range(0..1_000_000));
        println!("damaged file: seed {seed}");
        let mut rng = StdRng::seed_from_u64(seed);
        let whole = Whole::build(seed).await;
        let (mut right, mut refused, mut starts_refused) = (0, 0, 0);
        for round in 0..rounds {
            for harm in FileHarm::ALL {
                let mut file = whole.file.clone();
                harm.to(&mut file, whole.in_snapshot.clone(), &mut rng);
                match whole.found_in(&file, &format!("seed {seed}, round {round}, {harm:?}")).await
                {
                    None => starts_refused += 1,
                    Some(found) => {
                        right += found.iter().filter(|it| **it == Found::Right).count();
                        refused += found.iter().filter(|it| **it == Found::Refused).count();
                    }
                }
            }
        }
        let found = whole.found_in(&whole.file, "undamaged").await.expect("it starts");
        assert!(found.iter().all(|it| *it == Found::Right), "mended, all is as it was");
        assert!(right > refused, "most sessions are unharmed: {right} of {}", right + refused);
        println!(
            "damaged file: {rounds} rounds of {:?}: sessions right {right}, refused {refused}, \
             starts refused {starts_refused}, wrong 0: {HELD}",
            FileHarm::ALL,
        );
    })
    .await;
}

/// With the same addresses in all frames.
fn place() -> Place {
    Place::sqlite().with("CAJA_PUBLIC_URL", "http://caja.example")
}

/// An undamaged file, and what it holds.
struct Whole {
    file: Vec<u8>,
    /// Where the bytes of a snapshot are.
    in_snapshot: std::ops::Range<usize>,
    sessions: Vec<Fragile>,
}

impl Whole {
    async fn build(seed: u64) -> Self {
        let mut trial = Trial::begin("damaged file", place(), MEMBERS).await;
        let mut sessions = vec![];
        for _ in 0..12 {
            sessions.push(Fragile::build(trial.another_api()).await);
        }
        trial.work_for_snapshots(2).await;
        trial.check(&format!("seed {seed}, before any damage")).await;
        let crowd = trial.crowd();
        let id = crowd.stage.path.trim_start_matches("/sessions/").to_owned();
        let crowded = Stage {
            api: trial.another_api(),
            path: crowd.stage.path.clone(),
            activities: crowd.stage.activities.clone(),
            runner_token: crowd.stage.runner_token.clone(),
        };
        let mut crowded = Fragile { stage: crowded, id, token: String::new(), frame: Value::Null };
        crowded.frame = settled_part(&crowded.shown().await);
        sessions.push(crowded);
        let server = trial.server();
        server.signal("TERM");
        while trial.server_runs() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let id = &sessions.last().expect("the crowd's").id;
        let (_, state) = read(&trial.place, id, Newest::Snapshot).await;
        move_the_log_into(&trial.place).await;
        let file = std::fs::read(trial.place.file()).unwrap();
        // A page in its middle: its ends share pages with other rows.
        let part = &state[state.len() / 2..state.len() / 2 + 64];
        let found = file.windows(part.len()).position(|window| window == part);
        let found = found.expect("the snapshot is in the file");
        Self { in_snapshot: found..found + part.len(), file, sessions }
    }

    /// How the sessions are found in a file like this. `None`: no server starts on it.
    async fn found_in(&self, file: &[u8], when: &str) -> Option<Vec<Found>> {
        let place = place().ready();
        let path = place.file();
        std::fs::create_dir_all(Path::new(&path).parent().unwrap()).unwrap();
        std::fs::write(&path, file).unwrap();
        let mut server = place.start();
        let port = starts(&mut server)?;
        let api = Api::new(port);
        let mut found = vec![];
        for session in &self.sessions {
            let state = session.stage.at("/state");
            let request = api.request(Method::GET, &state, &session.stage.runner_token);
            let response = request.send().await.unwrap();
            let status = response.status();
            let body: Value = response.json().await.unwrap();
            if status == StatusCode::OK {
                let frame = settled_part(&body);
                assert_eq!(frame, session.frame, "{when}: a session is shown wrongly");
                found.push(Found::Right);
            } else {
                assert_eq!(body["status"], status.as_u16(), "{when}: a problem body, not {body}");
                found.push(Found::Refused);
            }
        }
        let log = server.kill().stderr;
        assert!(!log.contains("panicked"), "{when}: {log}");
        Some(found)
    }
}

/// The port of a server that starts; `None` for one that says in a line why it doesn't.
fn starts(server: &mut Server) -> Option<u16> {
    let deadline = std::time::Instant::now() + PATIENCE;
    while server.is_running() {
        if server.stdout().contains("On this machine") {
            return Some(server.port());
        }
        assert!(std::time::Instant::now() < deadline, "neither up nor refused");
        std::thread::sleep(Duration::from_millis(5));
    }
    // The end of what it said may still be under way.
    std::thread::sleep(Duration::from_millis(50));
    let said = server.stderr();
    let line = said.lines().find(|line| line.starts_with("caja: "));
    assert!(
        line.is_some_and(|line| line.contains("CAJA_DATA_DIR") || line.contains("store")),
        "{said}"
    );
    None
}
