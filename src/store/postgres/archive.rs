//! Writing the archive in PostgreSQL: in one transaction, which holds up nobody.

use caja_actors::session::SessionId;
use sqlx::{PgConnection, query, query_scalar};

use super::Postgres;
use crate::store::{
    Archive, StoreError,
    archive::batches,
    columns::signed,
    upkeep::{implement_archive_removal, last_event},
};

// The statements that insert: `$1` is the session, `$2` a JSON array of rows.

const ACTIVITIES: &str = "\
    insert into activities (session_id, activity_id, position, type, title, config, status, \
        round, created_at, published_at, activated_at, expired_at) \
    select $1, r.activity_id, r.position, r.type, r.title, r.config, r.status, r.round, \
        to_timestamp(r.created_ms / 1000.0), to_timestamp(r.published_ms / 1000.0), \
        to_timestamp(r.activated_ms / 1000.0), to_timestamp(r.expired_ms / 1000.0) \
    from jsonb_to_recordset($2::text::jsonb) as r (activity_id uuid, position int8, type text, \
        title text, config jsonb, status text, round int8, created_ms int8, published_ms int8, \
        activated_ms int8, expired_ms int8)";

const PARTICIPANTS: &str = "\
    insert into participants (session_id, participant_id, nickname, spectator, status, joined_at) \
    select $1, r.participant_id, r.nickname, r.spectator, r.status, \
        to_timestamp(r.joined_ms / 1000.0) \
    from jsonb_to_recordset($2::text::jsonb) as r (participant_id uuid, nickname text, \
        spectator bool, status text, joined_ms int8)";

const RESPONSES: &str = "\
    insert into responses (session_id, no, activity_id, item_id, round, participant_id, answer, \
        correct, points, answered_at, response_ms) \
    select $1, r.no, r.activity_id, r.item_id, r.round, r.participant_id, r.answer, r.correct, \
        r.points, to_timestamp(r.answered_ms / 1000.0), r.response_ms \
    from jsonb_to_recordset($2::text::jsonb) as r (no int8, activity_id uuid, item_id text, \
        round int8, participant_id uuid, answer jsonb, correct bool, points int8, \
        answered_ms int8, response_ms int8)";

/// Nodes with a live lease, and connections of servers that have none.
pub(super) const SERVERS: &str = "\
    select (select count(*) from nodes where lease_until_ms > $1) \
         + (select count(*) from pg_stat_activity \
            where datname = current_database() and application_name = 'caja')";

implement_archive_removal!(PgConnection);

impl Postgres {
    pub(super) async fn write_archive(&self, archive: &Archive) -> Result<bool, StoreError> {
        let id = archive.session.0;
        let mut tx = self.writes.begin().await?;
        query("set local statement_timeout = '30s'").execute(&mut *tx).await?;
        // Appends to this session wait until the archive is written, and then make it old. Another
        // node may be writing it already.
        let status: Option<String> =
            query_scalar("select status from sessions where id = $1 for no key update skip locked")
                .bind(id)
                .fetch_optional(&mut *tx)
                .await?;
        let last: Option<i64> =
            query_scalar(concat!("select ", last_event!())).bind(id).fetch_one(&mut *tx).await?;
        if status.as_deref() != Some("completed") || last != Some(signed(archive.seq.0)) {
            return Ok(false);
        }
        remove_archive(&mut tx, archive.session).await?;
        let activities = batches(&archive.activities).map(|rows| (ACTIVITIES, rows));
        let people = batches(&archive.participants).map(|rows| (PARTICIPANTS, rows));
        let answers = batches(&archive.responses).map(|rows| (RESPONSES, rows));
        for (insert, rows) in activities.chain(people).chain(answers) {
            query(insert).bind(id).bind(rows).execute(&mut *tx).await?;
        }
        query("update sessions set archived_ms = $2 where id = $1")
            .bind(id)
            .bind(signed(archive.at.0))
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(true)
    }
}
