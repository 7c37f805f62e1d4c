//! `caja export`: all answers of a session as a file, also beside a running server.

use std::{
    fs,
    io::{self, IsTerminal, Write},
    path::Path,
};

use caja::{
    config::{ExportArgs, Settings},
    export::{Format, write},
    store::Store,
};
use caja_actors::{registry::load, session::SessionId};
use uuid::Uuid;

use super::{Done, open_beside};

pub(crate) async fn run(settings: &Settings, args: &ExportArgs) -> Done {
    let ExportArgs { session, format, output } = args;
    if output.is_none() && *format == Format::Xlsx && io::stdout().is_terminal() {
        return Err("a workbook is nothing for a terminal; name a file with --output".into());
    }
    let store = open_beside(settings).await?;
    let id = find(&*store, session).await?;
    let session = load(&*store, id).await?;
    let bytes = write(&session, *format)?;
    match output {
        Some(file) => save(file, &bytes),
        None => Ok(io::stdout().write_all(&bytes)?),
    }
}

/// The session that somebody means by an id, or by the code that it has now.
async fn find(store: &dyn Store, session: &str) -> Result<SessionId, Box<dyn std::error::Error>> {
    let row = match Uuid::try_parse(session) {
        Ok(id) => store.session(SessionId(id)).await?,
        Err(_) => store.session_by_code(session).await?,
    };
    let missing =
        || format!("there is no session {session}; one that is completed has only its id");
    Ok(row.ok_or_else(missing)?.id)
}

fn save(file: &Path, bytes: &[u8]) -> Done {
    fs::write(file, bytes)
        .map_err(|error| format!("can't write {}: {error}", file.display()).into())
}
