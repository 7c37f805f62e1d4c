//! Sessions as the engine runs them, on a store of the tests.

use std::{sync::Arc, thread};

use caja::store::{NewSession, Store};
use caja_actors::{
    clock::Clock,
    codec::RowBuilder,
    journal::{Append, Journal},
    registry::{JoinUrl, Registry},
    session::{
        AdminId, ClientId, Command, Entry, Epoch, Event, Nickname, ParticipantId, Session,
        SessionId, Settings, Timestamp,
    },
};
use uuid::Uuid;

use crate::sample::AT;

/// A clock that stands still.
struct Stopped;

impl Clock for Stopped {
    fn now(&self) -> Timestamp {
        AT
    }

    fn catch_up_with(&self, _: Timestamp) {}

    fn as_noted(&self, at: Timestamp) -> Timestamp {
        at
    }
}

/// Runs the sessions of a store until the test process ends.
pub(crate) fn registry(store: &Arc<dyn Store>) -> Arc<Registry> {
    let (started, registry) = std::sync::mpsc::channel();
    let journal: Arc<dyn Journal> = store.clone();
    thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let join_url: JoinUrl = Box::new(str::to_owned);
            let registry = Registry::start(journal, Arc::new(Stopped), 1, join_url);
            started.send(registry).expect("the test waits for it");
            std::future::pending::<()>().await;
        });
    });
    registry.recv().expect("it starts")
}

/// Creates a session whose first event is a real one, and opens it.
pub(crate) async fn open_session(
    store: &Arc<dyn Store>,
    registry: &Registry,
    code: &str,
) -> SessionId {
    let id = SessionId(Uuid::now_v7());
    let created = Entry {
        at: AT,
        event: Event::Created {
            id,
            owner: AdminId(Uuid::from_u128(1)),
            code: code.to_owned(),
            name: "Real".to_owned(),
            description: None,
            settings: Settings::default(),
        },
    };
    let session = Session::create(&created).unwrap();
    let mut row = RowBuilder::default();
    row.push(&created);
    let (count, events) = row.cut();
    let new = NewSession {
        id,
        admin: Uuid::from_u128(1),
        code: code.to_owned(),
        created_at: AT,
        header: session.header(),
        first: Append {
            session: id,
            epoch: Epoch(0),
            last: session.seq(),
            count,
            at: AT,
            events,
            header: None,
        },
    };
    store.create_session(new).await.unwrap();
    registry.ask(id, Command::Open, AT).await.unwrap();
    id
}

pub(crate) fn announce(text: &str) -> Command {
    Command::Announce { text: Some(text.to_owned()) }
}

pub(crate) fn join(nickname: &str) -> Command {
    Command::Join {
        id: ParticipantId(Uuid::now_v7()),
        nickname: Nickname::parse(nickname).unwrap(),
        client: Some(ClientId(Uuid::now_v7())),
        spectator: false,
    }
}
