//! Sessions and rows to store.

use caja::store::{AdminRow, NewSession, RunnerTokenRow, Store};
use caja_actors::{
    journal::{Append, JournalRow},
    session::{Epoch, Header, Seq, SessionId, SessionStatus, Settings, Timestamp},
};
use uuid::Uuid;

pub(crate) const AT: Timestamp = Timestamp(1_800_000_000_000);

pub(crate) fn header(name: &str) -> Header {
    Header {
        name: name.to_owned(),
        description: None,
        status: SessionStatus::Draft,
        settings: Settings::default(),
        opened_at: None,
        completed_at: None,
        participant_count: 0,
        activity_count: 0,
        revision: 1,
    }
}

/// A session as it is created: epoch 0 and one event.
pub(crate) fn new_session(code: &str, name: &str) -> NewSession {
    let id = SessionId(Uuid::now_v7());
    NewSession {
        id,
        admin: Uuid::from_u128(1),
        code: code.to_owned(),
        created_at: AT,
        header: header(name),
        first: row(id, Epoch(0), 1),
    }
}

/// A row with the one event `seq`, whose bytes tell where it belongs.
pub(crate) fn row(session: SessionId, epoch: Epoch, seq: u64) -> Append {
    Append {
        session,
        epoch,
        last: Seq(seq),
        count: 1,
        at: AT.plus_ms(seq),
        events: format!("{session}/{}/{seq}", epoch.0).into_bytes().into(),
        header: None,
    }
}

pub(crate) fn admin(token: u8) -> AdminRow {
    AdminRow {
        id: Uuid::now_v7(),
        name: "Ada".to_owned(),
        token_hash: [token; 32],
        created_at: AT.plus_ms(token.into()),
        revoked_at: None,
    }
}

pub(crate) fn runner_token(session: SessionId, token: u8) -> RunnerTokenRow {
    RunnerTokenRow {
        token_id: Uuid::now_v7(),
        session,
        token_hash: [token; 32],
        created_at: AT.plus_ms(token.into()),
    }
}

/// Creates a session and takes it over: what the engine does before it appends.
pub(crate) async fn owned_session(store: &dyn Store, code: &str) -> (SessionId, Epoch) {
    let new = new_session(code, "A session");
    let id = new.id;
    store.create_session(new).await.expect("the session is new");
    (id, store.take_over(id).await.expect("the session exists").epoch)
}

/// All rows of a session, page by page.
pub(crate) async fn all_rows(store: &dyn Store, session: SessionId) -> Vec<JournalRow> {
    let mut rows: Vec<JournalRow> = vec![];
    loop {
        let after = rows.last().map_or(Seq::ZERO, |row| row.last);
        let page = store.rows(session, after).await.expect("the journal can be read");
        if page.is_empty() {
            return rows;
        }
        rows.extend(page);
    }
}

pub(crate) fn seqs(rows: &[JournalRow]) -> Vec<u64> {
    rows.iter().map(|row| row.last.0).collect()
}
