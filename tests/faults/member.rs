//! One simulated participant: joins, answers, changes, repeats, withdraws; and retries, with the
//! same body, until the server has said yes.

use std::{
    sync::{Mutex, OnceLock},
    time::Duration,
};

use rand::{RngExt, rngs::StdRng};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::{
    api::Outcome,
    crowd::Crowd,
    ledger::{Answer, Ledger, Place},
    process::PATIENCE,
    stage::{Kind, text},
};

/// Pause of a client that could not reach the server.
const RETRY: std::ops::Range<u64> = 15..60;

pub(crate) struct Member {
    pub(crate) nickname: String,
    client_id: String,
    seat: OnceLock<Seat>,
    pub(crate) ledger: Mutex<Ledger>,
}

/// What joining gave.
#[derive(PartialEq, Eq, Clone)]
pub(crate) struct Seat {
    pub(crate) id: String,
    pub(crate) token: String,
}

impl Member {
    pub(crate) fn new(number: usize) -> Self {
        Self {
            nickname: format!("Member {number}"),
            client_id: uuid::Uuid::new_v4().to_string(),
            seat: OnceLock::new(),
            ledger: Mutex::default(),
        }
    }

    /// Set once joining was acknowledged.
    pub(crate) fn seat(&self) -> Option<&Seat> {
        self.seat.get()
    }

    /// The words of this member that belong in no log.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &str> {
        [Some(&*self.client_id), self.seat().map(|seat| &*seat.token)].into_iter().flatten()
    }

    /// Joins; whoever joins again must get the same seat.
    pub(crate) async fn join(&self, crowd: &Crowd, rng: &mut StdRng) {
        let busy = crowd.busy(format!("{} joins", self.nickname));
        let (stage, watch) = (&crowd.stage, &crowd.stage.api.watch);
        let body = json!({"nickname": self.nickname, "client_id": self.client_id});
        let path = stage.at("/participants");
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            match stage.api.post(&path, "", &body).await {
                Outcome::Done(seat) => {
                    let seat = seat_of(&seat);
                    let kept = self.seat.get_or_init(|| seat.clone());
                    watch.claim(*kept == seat, || format!("{} got a new seat", self.nickname));
                    return;
                }
                Outcome::Unknown(why) => {
                    busy.says(format!("{} joins again after {why}", self.nickname));
                    pause(rng).await;
                }
                Outcome::Refused(status, why) => {
                    return watch.note(format!("{} may not join: {status} {why}", self.nickname));
                }
            }
        }
        watch.note(format!("{} could not join in time", self.nickname));
    }

    /// Answers for as long as the crowd lives.
    pub(crate) async fn live(&self, crowd: &Crowd, mut rng: StdRng) {
        loop {
            crowd.gate_opens().await;
            let place = crowd.scene();
            if let Some(answer) = self.next_answer(place, &mut rng) {
                self.deliver(crowd, place, &answer, &mut rng).await;
            }
            sleep(Duration::from_millis(rng.random_range(40..160))).await;
        }
    }

    fn next_answer(&self, place: Place, rng: &mut StdRng) -> Option<Answer> {
        let kind = place.0;
        let mut ledger = self.ledger.lock().unwrap();
        let (last, unknown) = (ledger.last(place), ledger.unknown(place));
        if !kind.is_changeable() && (last.is_some() || unknown.is_some()) {
            // Final answers can only be repeated.
            return unknown.or(Some(last));
        }
        match rng.random_range(0..10) {
            0 | 1 if last.is_some() => Some(last),
            2 if last.is_some() => Some(None),
            _ => Some(Some(kind.random_answer(rng))),
        }
    }

    /// Sends an answer until it is acknowledged, or its round is over.
    async fn deliver(&self, crowd: &Crowd, place: Place, answer: &Answer, rng: &mut StdRng) {
        let busy = crowd.busy(format!("{} answers in {place:?}", self.nickname));
        let watch = &crowd.stage.api.watch;
        self.ledger.lock().unwrap().sends(place, answer);
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            match self.send(crowd, place, answer).await {
                Outcome::Done(_) => {
                    return self.ledger.lock().unwrap().is_acknowledged(place, answer);
                }
                Outcome::Refused(_, why) if why["code"] == "stale_round" => return,
                Outcome::Refused(status, why) => {
                    return watch.note(format!("{place:?} {answer:?} refused: {status} {why}"));
                }
                Outcome::Unknown(why) => {
                    busy.says(format!("{} answers again after {why}", self.nickname));
                    pause(rng).await;
                }
            }
        }
        watch.note(format!("{} could not deliver in time", self.nickname));
    }

    async fn send(&self, crowd: &Crowd, (kind, round): Place, answer: &Answer) -> Outcome {
        let (stage, token) = (&crowd.stage, &self.seat().expect("it has joined").token);
        let path = stage.at_activity(kind, "/response");
        match answer {
            Some(body) => {
                let mut body = body.clone();
                body["round"] = json!(round);
                stage.api.put(&path, token, &body).await
            }
            None => stage.api.delete(&format!("{path}?round={round}"), token).await,
        }
    }

    /// What the server shows this member of their answer to an activity.
    pub(crate) fn shown(me: &Value, crowd: &Crowd, kind: Kind) -> Answer {
        me["answers"].get(crowd.stage.activity(kind)).cloned()
    }
}

fn seat_of(joined: &Value) -> Seat {
    Seat { id: text(&joined["participant_id"]), token: text(&joined["participant_token"]) }
}

async fn pause(rng: &mut StdRng) {
    sleep(Duration::from_millis(rng.random_range(RETRY))).await;
}
