//! The engine's journal, as far as both databases do it alike. Appends differ: see `append.rs`
//! of each.

use std::time::Duration;

use caja_actors::{journal::JournalError, session::SessionId};
use uuid::Uuid;

use super::StoreError;

/// How long reading or writing a snapshot may take: it has a whole session, of a hundred
/// megabytes at most.
pub(super) const LARGE_LIMIT: Duration = Duration::from_secs(30);
/// How long writing an archive may take: a session may have millions of answers.
pub(super) const ARCHIVE_LIMIT: Duration = Duration::from_secs(300);
/// What a page of the journal holds at most, give or take one row.
pub(super) const PAGE_BYTES: i64 = 4 << 20;
/// How many rows a page has at most, so that adding up their sizes stays cheap.
pub(super) const PAGE_ROWS: i64 = 16_384;

/// An error of the store as the engine sees it.
pub(super) fn of_session(session: SessionId) -> impl FnOnce(StoreError) -> JournalError {
    move |error| match error {
        StoreError::Damaged(what) => JournalError::Damaged { session, what },
        StoreError::Unavailable(source) => JournalError::Unavailable(source),
        StoreError::CodeTaken => JournalError::Unavailable(error.into()),
    }
}

/// Whether this node may change what a session's owner reads: a new owner may be reading it now.
pub(super) fn is_ours(
    session: SessionId,
    owner: Option<Option<Uuid>>,
    node: Uuid,
) -> Result<(), JournalError> {
    match owner {
        None => Err(JournalError::NotFound(session)),
        Some(Some(other)) if other != node => Err(JournalError::Fenced(session)),
        Some(_) => Ok(()),
    }
}

/// Takes session `$1` over for node `$2`, whoever has it.
pub(super) const RAISE_EPOCH: &str =
    "update sessions set epoch = epoch + 1, owner = $2 where id = $1 returning epoch";

/// Implements [`caja_actors::journal::Journal`] for a type with the fields `home`, `reads` and
/// `writes` (pools), `writer` and `node`, and the methods `claim`, `is_tenured`, `is_one_of_several`, `cut_journal` and
/// `wipe`. `$begin` begins a transaction that is going to write; `$hold` selects the owner of session `$1` and, where it must, keeps others from taking the session
/// over until the transaction ends; `$before_much` begins a transaction that writes much.
macro_rules! implement_journal {
    ($store:ty, $connection:ty, begin: $begin:literal, hold: $hold:literal, before_much: $before_much:literal) => {
        impl Journal for $store {
            fn take_over(&self, session: SessionId) -> BoxFuture<'_, Result<Taken, JournalError>> {
                Box::pin(self.claim(session))
            }

            fn holds(&self, term: Term) -> bool {
                self.is_tenured(term)
            }

            fn is_shared(&self) -> bool {
                self.is_one_of_several()
            }

            fn give_back(
                &self,
                session: SessionId,
                epoch: Epoch,
            ) -> BoxFuture<'_, Result<(), JournalError>> {
                if !self.is_one_of_several() {
                    return Box::pin(std::future::ready(Ok(())));
                }
                let work = bounded(&self.home, async move {
                    // The epoch: this statement may arrive late, when the session runs again.
                    query(
                        "update sessions set owner = null \
                         where id = $1 and owner = $2 and epoch = $3",
                    )
                    .bind(session.0)
                    .bind(self.node)
                    .bind(signed(epoch.0))
                    .execute(&self.writes)
                    .await?;
                    Ok(())
                });
                Box::pin(async move { work.await.map_err(of_session(session)) })
            }

            fn snapshot(
                &self,
                session: SessionId,
                up_to: Option<Seq>,
            ) -> BoxFuture<'_, Result<Option<SnapshotRow>, JournalError>> {
                let work = within(&self.home, LARGE_LIMIT, async move {
                    let stored: Option<StoredSnapshot> = query_as(
                        "select seq, taken_ms, state from snapshots \
                         where session_id = $1 and seq <= $2 order by seq desc limit 1",
                    )
                    .bind(session.0)
                    .bind(signed(up_to.map_or(u64::MAX, |seq| seq.0)))
                    .fetch_optional(&self.reads)
                    .await?;
                    stored.map(SnapshotRow::try_from).transpose()
                });
                Box::pin(async move { work.await.map_err(of_session(session)) })
            }

            fn rows(
                &self,
                session: SessionId,
                after: Seq,
            ) -> BoxFuture<'_, Result<Vec<JournalRow>, JournalError>> {
                let work = bounded(&self.home, async move {
                    // Sizes can be had without the events themselves. Running sums of them cost
                    // as much as reading the page, so they are only made where a page ends.
                    let stored: Vec<StoredRow> = query_as(
                        "with sizes as materialized ( \
                             select seq, length(events) as size from journal \
                             where session_id = $1 and seq > $2 order by seq limit $4 \
                         ), page as ( \
                             select case when sum(size) <= $3 then max(seq) else ( \
                                 select max(seq) from ( \
                                     select seq, sum(size) over (order by seq) - size as before \
                                     from sizes \
                                 ) as sums where before < $3 \
                             ) end as last from sizes \
                         ) \
                         select seq, count, events from journal \
                         where session_id = $1 and seq > $2 and seq <= (select last from page) \
                         order by seq",
                    )
                    .bind(session.0)
                    .bind(signed(after.0))
                    .bind(PAGE_BYTES)
                    .bind(PAGE_ROWS)
                    .fetch_all(&self.reads)
                    .await?;
                    stored.into_iter().map(JournalRow::try_from).collect()
                });
                Box::pin(async move { work.await.map_err(of_session(session)) })
            }

            fn append(&self, append: Append) -> BoxFuture<'static, Result<(), JournalError>> {
                self.writer.append(append)
            }

            fn save_snapshot(
                &self,
                session: SessionId,
                snapshot: SnapshotRow,
                base: Option<Seq>,
            ) -> BoxFuture<'_, Result<(), JournalError>> {
                let saved = within(&self.home, LARGE_LIMIT, async move {
                    let mut tx = self.writes.begin_with($begin).await?;
                    query($before_much).execute(&mut *tx).await?;
                    insert_snapshot(&mut tx, session, &snapshot).await?;
                    // Only now, so that a new owner doesn't wait for a large snapshot.
                    let owner: Option<Option<Uuid>> =
                        query_scalar($hold).bind(session.0).fetch_optional(&mut *tx).await?;
                    if let Err(error) = is_ours(session, owner, self.node) {
                        return Ok(Err(error));
                    }
                    let base = base.map(|base| signed(base.0));
                    let is_overtaken: bool = query_scalar(
                        "select exists (select 1 from snapshots \
                             where session_id = $1 and seq > $2) \
                         or $3 is not null and not exists (select 1 from snapshots \
                             where session_id = $1 and seq = $3)",
                    )
                    .bind(session.0)
                    .bind(signed(snapshot.seq.0))
                    .bind(base)
                    .fetch_one(&mut *tx)
                    .await?;
                    if is_overtaken {
                        return Ok(Ok(None));
                    }
                    query(
                        "delete from snapshots where session_id = $1 and seq < $2 \
                         and ($3 is null or seq <> $3)",
                    )
                    .bind(session.0)
                    .bind(signed(snapshot.seq.0))
                    .bind(base)
                    .execute(&mut *tx)
                    .await?;
                    tx.commit().await?;
                    Ok(Ok(base))
                });
                Box::pin(async move {
                    // Should the newest snapshot be unreadable, its base and the journal from
                    // there on still give the whole state.
                    if let Some(base) = saved.await.map_err(of_session(session))?? {
                        self.cut_journal(session, base).await.map_err(of_session(session))?;
                    }
                    Ok(())
                })
            }

            fn forget_before(
                &self,
                session: SessionId,
                snapshot: SnapshotRow,
            ) -> BoxFuture<'_, Result<(), JournalError>> {
                let seq = signed(snapshot.seq.0);
                let forgotten = within(&self.home, LARGE_LIMIT, async move {
                    let mut tx = self.writes.begin_with($begin).await?;
                    query($before_much).execute(&mut *tx).await?;
                    insert_snapshot(&mut tx, session, &snapshot).await?;
                    let owners: Vec<Option<Uuid>> = query_scalar(
                        "update sessions set archived_ms = null where id = $1 returning owner",
                    )
                    .bind(session.0)
                    .fetch_all(&mut *tx)
                    .await?;
                    if let Err(error) = is_ours(session, owners.first().copied(), self.node) {
                        return Ok(Err(error));
                    }
                    query("delete from snapshots where session_id = $1 and seq < $2")
                        .bind(session.0)
                        .bind(seq)
                        .execute(&mut *tx)
                        .await?;
                    remove_archive(&mut tx, session).await?;
                    tx.commit().await?;
                    Ok(Ok(()))
                });
                Box::pin(async move {
                    forgotten.await.map_err(of_session(session))??;
                    self.cut_journal(session, seq).await.map_err(of_session(session))?;
                    self.wipe().await.map_err(of_session(session))
                })
            }
        }

        async fn insert_snapshot(
            connection: &mut $connection,
            session: SessionId,
            snapshot: &SnapshotRow,
        ) -> Result<(), sqlx::Error> {
            query(
                "insert into snapshots (session_id, seq, taken_ms, state) \
                 select id, $2, $3, $4 from sessions where id = $1 \
                 on conflict (session_id, seq) \
                 do update set taken_ms = excluded.taken_ms, state = excluded.state",
            )
            .bind(session.0)
            .bind(signed(snapshot.seq.0))
            .bind(signed(snapshot.taken_at.0))
            .bind(&snapshot.state[..])
            .execute(connection)
            .await?;
            Ok(())
        }
    };
}
pub(super) use implement_journal;
