//! Looks after what is over: archives completed sessions for SQL users, deletes what is kept long
//! enough, and removes the remains of deleted sessions.

use std::{
    collections::HashMap,
    error::Error,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use caja_actors::{
    activity::{Activity, ActivityStatus, AnswerRow},
    journal::JournalError,
    registry::Registry,
    session::{Membership, Seat, Session, SessionId, Timestamp},
};
use serde_json::value::{RawValue, to_raw_value};
use tokio::{sync::Notify, time::Instant};
use tracing::{error, info, warn};

use crate::store::{
    Archive, ArchivedActivity, ArchivedParticipant, ArchivedResponse, Expiry, Store, StoreError,
};

/// How soon a completed session is archived although nobody said that it was completed.
const EVERY: Duration = Duration::from_secs(30);
/// How often to look for sessions that are kept long enough; their time is counted in days.
const RETAIN_EVERY: Duration = Duration::from_secs(3_600);
/// After an absence of the store, sessions are archived a few at a time.
const AT_ONCE: u32 = 16;
/// How long a session that can't be archived is left alone: reading it may cost much.
const TRIED_AGAIN_MS: u64 = 3_600_000;
const DAY_MS: u64 = 86_400_000;

/// The server's task beside the sessions.
pub struct Archivist {
    store: Arc<dyn Store>,
    registry: Arc<Registry>,
    wake: Notify,
    /// `None`: everything is kept for ever.
    keep_ms: Option<u64>,
    /// When a session could not be archived.
    failed: Mutex<HashMap<SessionId, Timestamp>>,
}

/// What a look at the old sessions deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Deleted {
    pub completed: u32,
    pub abandoned: u32,
}

impl Archivist {
    /// Keeps sessions for so many days; for ever if there are none.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, registry: Arc<Registry>, retention_days: u32) -> Self {
        let keep_ms = (retention_days > 0).then(|| u64::from(retention_days) * DAY_MS);
        let (wake, failed) = (Notify::new(), Mutex::default());
        Self { store, registry, wake, keep_ms, failed }
    }

    /// Says that a session was completed.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    /// Works for as long as the server runs. `now` is the server's clock.
    pub async fn run(&self, now: impl Fn() -> Timestamp) {
        let mut retain_at = Instant::now();
        loop {
            if let Err(error) = self.archive(now()).await {
                warn!(error = &error as &dyn Error, "no session archived");
            }
            if let Err(error) = self.sweep().await {
                warn!(error = &error as &dyn Error, "no remains removed");
            }
            if retain_at <= Instant::now() {
                retain_at = Instant::now() + RETAIN_EVERY;
                if let Err(error) = self.retain(now()).await {
                    warn!(error = &error as &dyn Error, "no session deleted");
                }
            }
            // Either way there may be something to do.
            let _ = tokio::time::timeout(EVERY, self.wake.notified()).await;
        }
    }

    /// Archives the completed sessions that the archive lacks; gives their number.
    pub async fn archive(&self, now: Timestamp) -> Result<u32, StoreError> {
        let (mut archived, mut after) = (0, None);
        loop {
            let page = self.store.unarchived(after, AT_ONCE).await?;
            let Some(last) = page.last() else { return Ok(archived) };
            after = Some(*last);
            for (_, id) in page {
                if self.failed().get(&id).is_none_or(|at| now.ms_since(*at) > TRIED_AGAIN_MS) {
                    archived += u32::from(self.archive_one(id, now).await?);
                }
            }
        }
    }

    /// `false`: it can't be done, or not now.
    async fn archive_one(&self, id: SessionId, now: Timestamp) -> Result<bool, StoreError> {
        let archive = match self.registry.study(id, move |session| describe(&session, now)).await {
            Ok(archive) => archive,
            Err(JournalError::Unavailable(source)) => return Err(StoreError::Unavailable(source)),
            Err(
                JournalError::NotFound(_)
                | JournalError::Fenced(_)
                | JournalError::Elsewhere { .. },
            ) => return Ok(false),
            Err(error @ JournalError::Damaged { .. }) => {
                error!(session.id = %id, error = &error as &dyn Error, "session not archived");
                self.failed().insert(id, now);
                return Ok(false);
            }
        };
        let is_written = match self.store.archive(&archive).await {
            Ok(is_written) => is_written,
            // The others must not wait for one that the database refuses.
            Err(error) if self.store.ping().await.is_ok() => {
                error!(session.id = %id, error = &error as &dyn Error, "session not archived");
                self.failed().insert(id, now);
                false
            }
            Err(error) => return Err(error),
        };
        if is_written {
            self.failed().remove(&id);
            info!(session.id = %id, responses = archive.responses.len(), "session archived");
        }
        Ok(is_written)
    }

    /// Deletes the sessions that are kept long enough.
    pub async fn retain(&self, now: Timestamp) -> Result<Deleted, StoreError> {
        let mut deleted = Deleted::default();
        let Some(before) = self.keep_ms.and_then(|ms| now.0.checked_sub(ms)) else {
            return Ok(deleted);
        };
        loop {
            let expired = self.store.expired(Timestamp(before), AT_ONCE).await?;
            if expired.is_empty() {
                break;
            }
            for (id, expiry) in expired {
                self.store.delete_session(id).await?;
                self.registry.forget(id).await;
                match expiry {
                    Expiry::Completed => deleted.completed += 1,
                    Expiry::Abandoned => deleted.abandoned += 1,
                }
            }
        }
        if deleted != Deleted::default() {
            let Deleted { completed, abandoned } = deleted;
            info!(completed, abandoned, "sessions deleted that were kept long enough");
        }
        Ok(deleted)
    }

    /// Removes what is left of deleted sessions; gives their number.
    pub async fn sweep(&self) -> Result<u32, StoreError> {
        let mut swept = 0;
        loop {
            let remains = self.store.remains(AT_ONCE).await?;
            if remains.is_empty() {
                return Ok(swept);
            }
            for id in remains {
                self.store.sweep(id).await?;
                swept += 1;
            }
        }
    }

    fn failed(&self) -> MutexGuard<'_, HashMap<SessionId, Timestamp>> {
        // A map of plain values is never half changed.
        self.failed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// All that the archive holds of a session.
fn describe(session: &Session, at: Timestamp) -> Archive {
    let mut responses = vec![];
    for activity in session.activities() {
        let mut rows = responses_to(session, activity);
        // In the order of seats they would tell who gave an anonymous answer.
        rows.sort_by(|a, b| sort_key(a).cmp(&sort_key(b)));
        responses.extend(rows);
    }
    (1..).zip(&mut responses).for_each(|(no, row)| row.no = no);
    let seats = (0..session.people().next_seat().0).map(Seat);
    Archive {
        session: session.id(),
        seq: session.seq(),
        at,
        activities: (1..).zip(session.activities()).map(archived_activity).collect(),
        participants: seats.map(|seat| archived_participant(session, seat)).collect(),
        responses,
    }
}

fn sort_key(row: &ArchivedResponse) -> (u32, Timestamp, Option<&str>) {
    (row.round, row.answered_ms, row.answer.as_deref().map(RawValue::get))
}

fn archived_activity((position, activity): (usize, &Activity)) -> ArchivedActivity {
    let config = activity.state.config();
    ArchivedActivity {
        activity_id: activity.id.0,
        position,
        kind: config.kind().name(),
        title: activity.title.clone(),
        config: to_raw_value(&config.wire()).expect("configurations can be written"),
        status: match activity.status {
            ActivityStatus::Draft => "draft",
            ActivityStatus::Published => "published",
            ActivityStatus::Active => "active",
            ActivityStatus::Expired => "expired",
        },
        round: activity.round.0,
        created_ms: activity.created_at,
        published_ms: activity.published_at,
        activated_ms: activity.activated_at,
        expired_ms: activity.expired_at,
    }
}

fn archived_participant(session: &Session, seat: Seat) -> ArchivedParticipant {
    let participant = session.people().at(seat);
    ArchivedParticipant {
        participant_id: participant.id.0,
        nickname: session.people().shown_name(seat).into_owned(),
        spectator: participant.spectator,
        status: match participant.presence {
            Membership::Present => "present",
            Membership::Left => "left",
            Membership::Removed => "removed",
        },
        joined_ms: participant.joined_at,
    }
}

fn responses_to(session: &Session, activity: &Activity) -> Vec<ArchivedResponse> {
    let has_names = session.names_authors(activity);
    let mut rows = vec![];
    session.each_answer(activity, &mut |row: AnswerRow<'_>| {
        rows.push(ArchivedResponse {
            no: 0,
            activity_id: activity.id.0,
            item_id: row.item.and_then(|item| item.id).map(str::to_owned),
            round: row.round.0,
            participant_id: has_names.then(|| session.people().at(row.seat).id.0),
            answer: row.answer.map(|it| to_raw_value(&it.body).expect("answers can be written")),
            correct: row.correct,
            points: row.points,
            answered_ms: row.answered_at,
            response_ms: row.response_ms,
        });
    });
    rows
}
