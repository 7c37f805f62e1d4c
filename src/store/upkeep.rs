//! What the server does in the store beside the sessions: archive, retention, the remains of
//! deleted sessions, and the jump after a restored backup.

use async_trait::async_trait;
use caja_actors::session::{SessionId, Timestamp};

use super::{Archive, StoreError};

/// The upkeep of a store.
#[async_trait]
pub trait Upkeep {
    /// Completed sessions without an up-to-date archive, after this place in the order of
    /// completion.
    async fn unarchived(
        &self,
        after: Option<CompletedAt>,
        limit: u32,
    ) -> Result<Vec<CompletedAt>, StoreError>;

    /// Writes a session's archive, in place of an older one. `false`: it was not, since the session
    /// has changed meanwhile, or is gone.
    async fn archive(&self, archive: &Archive) -> Result<bool, StoreError>;

    /// Sessions that were completed before this time, and opened ones in which nothing has
    /// happened since.
    async fn expired(
        &self,
        before: Timestamp,
        limit: u32,
    ) -> Result<Vec<(SessionId, Expiry)>, StoreError>;

    /// Deleted sessions of which something is left.
    async fn remains(&self, limit: u32) -> Result<Vec<SessionId>, StoreError>;

    /// Removes what is left of a deleted session.
    async fn sweep(&self, session: SessionId) -> Result<(), StoreError>;

    /// Whether a server uses the store, as far as the store can tell.
    async fn has_server(&self, now: Timestamp) -> Result<bool, StoreError>;

    /// Moves all sessions to versions that no client has seen, after a backup was restored. Gives
    /// the number of sessions, and how often this can be done again.
    async fn jump(&self) -> Result<Jump, StoreError>;
}

/// Where a session stands in the order of completion.
pub type CompletedAt = (Timestamp, SessionId);

/// Why a session is not kept any longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expiry {
    Completed,
    /// Opened, never completed, and nothing happens any more.
    Abandoned,
}

/// What a jump did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Jump {
    Done {
        sessions: u64,
        jumps_left: u64,
    },
    /// Nothing: a session has no versions left for it.
    UsedUp,
}

/// The last event that is stored of session `$1`.
macro_rules! last_event {
    () => {
        "(select max(seq) from ( \
             select max(seq) as seq from journal where session_id = $1 \
             union all \
             select max(seq) as seq from snapshots where session_id = $1) as last)"
    };
}
pub(super) use last_event;

/// Rows that one statement deletes: others that write wait for it.
pub(super) const SWEPT_ROWS: i64 = 4_096;
/// Bytes of events that one statement deletes, give or take one row.
pub(super) const SWEPT_BYTES: i64 = 1 << 20;

/// Implements [`Upkeep`] for a type with the fields `home`, `reads` and `writes`, and the method
/// `write_archive`. `$begin` begins a transaction that is going to write, `$before_much` lets it
/// write much; `$servers` counts the servers at `$1`.
macro_rules! implement_upkeep {
    (
        $store:ty,
        begin: $begin:literal,
        before_much: $before_much:literal,
        servers: $servers:expr
    ) => {
        #[async_trait::async_trait]
        impl Upkeep for $store {
            async fn unarchived(
                &self,
                after: Option<CompletedAt>,
                limit: u32,
            ) -> Result<Vec<CompletedAt>, StoreError> {
                let (ms, id) = after.map_or((-1, Uuid::nil()), |(at, id)| (signed(at.0), id.0));
                bounded(&self.home, async {
                    let found: Vec<(i64, Uuid)> = query_as(
                        "select completed_ms, id from sessions \
                         where status = 'completed' and archived_ms is null \
                         and (completed_ms, id) > ($1, $2) order by completed_ms, id limit $3",
                    )
                    .bind(ms)
                    .bind(id)
                    .bind(i64::from(limit))
                    .fetch_all(&self.reads)
                    .await?;
                    let place = |(ms, id): (i64, Uuid)| (Timestamp(ms.unsigned_abs()), SessionId(id));
                    Ok(found.into_iter().map(place).collect())
                })
                .await
            }

            async fn archive(&self, archive: &Archive) -> Result<bool, StoreError> {
                within(&self.home, ARCHIVE_LIMIT, self.write_archive(archive)).await
            }

            async fn expired(
                &self,
                before: Timestamp,
                limit: u32,
            ) -> Result<Vec<(SessionId, Expiry)>, StoreError> {
                within(&self.home, LARGE_LIMIT, async {
                    let found: Vec<(Uuid, String)> = query_as(
                        "select id, status from sessions as s where \
                             status = 'completed' and completed_ms < $1 \
                             or status = 'active' and opened_ms < $1 and coalesce( \
                                 (select at_ms from journal where session_id = s.id \
                                  order by seq desc limit 1), \
                                 (select taken_ms from snapshots where session_id = s.id \
                                  order by seq desc limit 1), \
                                 opened_ms) < $1 \
                         order by id limit $2",
                    )
                    .bind(signed(before.0))
                    .bind(i64::from(limit))
                    .fetch_all(&self.reads)
                    .await?;
                    let expiry = |status: &str| match status {
                        "completed" => Expiry::Completed,
                        _ => Expiry::Abandoned,
                    };
                    Ok(found.into_iter().map(|(id, it)| (SessionId(id), expiry(&it))).collect())
                })
                .await
            }

            async fn remains(&self, limit: u32) -> Result<Vec<SessionId>, StoreError> {
                bounded(&self.home, async {
                    let found: Vec<Uuid> =
                        query_scalar("select session_id from remains order by session_id limit $1")
                            .bind(i64::from(limit))
                            .fetch_all(&self.reads)
                            .await?;
                    Ok(found.into_iter().map(SessionId).collect())
                })
                .await
            }

            async fn sweep(&self, session: SessionId) -> Result<(), StoreError> {
                self.cut_journal(session, i64::MAX).await?;
                self.remove_archive_in_steps(session).await?;
                bounded(&self.home, async {
                    query("delete from remains where session_id = $1")
                        .bind(session.0)
                        .execute(&self.writes)
                        .await?;
                    Ok(())
                })
                .await
            }

            async fn has_server(&self, now: Timestamp) -> Result<bool, StoreError> {
                bounded(&self.home, async {
                    let servers: i64 =
                        query_scalar($servers).bind(signed(now.0)).fetch_one(&self.reads).await?;
                    Ok(servers > 0)
                })
                .await
            }

            async fn jump(&self) -> Result<Jump, StoreError> {
                within(&self.home, LARGE_LIMIT, async {
                    let mut tx = self.writes.begin_with($begin).await?;
                    query($before_much).execute(&mut *tx).await?;
                    let jumped = query("update sessions set epoch = epoch + $1, owner = null")
                        .bind(signed(Epoch::RESTORE_JUMP))
                        .execute(&mut *tx)
                        .await?
                        .rows_affected();
                    let highest: Option<i64> = query_scalar("select max(epoch) from sessions")
                        .fetch_one(&mut *tx)
                        .await?;
                    let highest = highest.unwrap_or_default().unsigned_abs();
                    // The last stretch is for use, not for jumps.
                    let Some(left) = Epoch::COUNT.checked_sub(highest + Epoch::RESTORE_JUMP) else {
                        return Ok(Jump::UsedUp);
                    };
                    query("delete from nodes").execute(&mut *tx).await?;
                    tx.commit().await?;
                    Ok(Jump::Done { sessions: jumped, jumps_left: left / Epoch::RESTORE_JUMP })
                })
                .await
            }
        }

        impl $store {
            /// Removes a session's archive a little at a time.
            async fn remove_archive_in_steps(&self, session: SessionId) -> Result<(), StoreError> {
                for delete in [
                    "delete from responses where session_id = $1 and no in ( \
                         select no from responses where session_id = $1 order by no limit $2)",
                    "delete from participants where session_id = $1 and participant_id in ( \
                         select participant_id from participants where session_id = $1 limit $2)",
                    "delete from activities where session_id = $1 and activity_id in ( \
                         select activity_id from activities where session_id = $1 limit $2)",
                ] {
                    while bounded(&self.home, async {
                        let deleted = query(delete)
                            .bind(session.0)
                            .bind(SWEPT_ROWS)
                            .execute(&self.writes)
                            .await?;
                        Ok(deleted.rows_affected() > 0)
                    })
                    .await?
                    {}
                }
                Ok(())
            }

            /// Removes a session's journal up to an event, the oldest first and a little at a
            /// time: whoever appends comes in between.
            async fn cut_journal(&self, session: SessionId, up_to: i64) -> Result<(), StoreError> {
                while bounded(&self.home, async {
                    let deleted = query(
                        "with sizes as materialized ( \
                             select seq, length(events) as size from journal \
                             where session_id = $1 and seq <= $2 order by seq limit $3 \
                         ), sums as ( \
                             select seq, sum(size) over (order by seq) - size as before from sizes \
                         ) \
                         delete from journal where session_id = $1 \
                             and seq <= (select max(seq) from sums where before < $4)",
                    )
                    .bind(session.0)
                    .bind(up_to)
                    .bind(SWEPT_ROWS)
                    .bind(SWEPT_BYTES)
                    .execute(&self.writes)
                    .await?;
                    Ok(deleted.rows_affected() > 0)
                })
                .await?
                {}
                Ok(())
            }
        }
    };
}
pub(super) use implement_upkeep;

/// Implements `remove_archive` for a type of connection.
macro_rules! implement_archive_removal {
    ($connection:ty) => {
        pub(super) async fn remove_archive(
            connection: &mut $connection,
            session: SessionId,
        ) -> Result<(), sqlx::Error> {
            for table in [
                "delete from responses where session_id = $1",
                "delete from participants where session_id = $1",
                "delete from activities where session_id = $1",
            ] {
                query(table).bind(session.0).execute(&mut *connection).await?;
            }
            Ok(())
        }
    };
}
pub(super) use implement_archive_removal;
