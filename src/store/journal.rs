//! The engine's journal, as far as both databases do it alike. Appends differ: see `append.rs`
//! of each.

use std::time::Duration;

use caja_actors::{journal::JournalError, session::SessionId};

use super::StoreError;

/// How long reading or writing a snapshot may take: it has a whole session, of a hundred
/// megabytes at most.
pub(super) const LARGE_LIMIT: Duration = Duration::from_secs(30);
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

/// Implements [`caja_actors::journal::Journal`] for a type with the fields `reads` and `writes`
/// (pools), `writer` and `node`. `$begin` begins a transaction that is going to write; `$hold`
/// selects the owner of session `$1` and, where it must, keeps others from taking the session
/// over until the transaction ends; `$before_much` begins a transaction that writes much.
macro_rules! implement_journal {
    ($store:ty, begin: $begin:literal, hold: $hold:literal, before_much: $before_much:literal) => {
        impl Journal for $store {
            fn take_over(&self, session: SessionId) -> BoxFuture<'_, Result<Epoch, JournalError>> {
                let work = async move {
                    let epoch: Option<i64> = query_scalar(
                        "update sessions set epoch = epoch + 1, owner = $2 where id = $1 \
                         returning epoch",
                    )
                    .bind(session.0)
                    .bind(self.node)
                    .fetch_optional(&self.writes)
                    .await?;
                    Ok(epoch.map(|epoch| Epoch(epoch.unsigned_abs())))
                };
                Box::pin(async move {
                    let epoch = bounded(work).await.map_err(of_session(session))?;
                    epoch.ok_or(JournalError::NotFound(session))
                })
            }

            fn snapshot(
                &self,
                session: SessionId,
                up_to: Option<Seq>,
            ) -> BoxFuture<'_, Result<Option<SnapshotRow>, JournalError>> {
                let work = within(LARGE_LIMIT, async move {
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
                let work = bounded(async move {
                    // The inner query adds up sizes, which does not read the events themselves.
                    let stored: Vec<StoredRow> = query_as(
                        "select seq, count, events from journal \
                         where session_id = $1 and seq > $2 and seq <= ( \
                             select max(seq) from ( \
                                 select seq, sum(size) over (order by seq) - size as before from ( \
                                     select seq, length(events) as size from journal \
                                     where session_id = $1 and seq > $2 order by seq limit $4 \
                                 ) as sizes \
                             ) as sums where before < $3 \
                         ) order by seq",
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
            ) -> BoxFuture<'_, Result<(), JournalError>> {
                let work = async move {
                    let mut tx = self.writes.begin_with($begin).await?;
                    query($before_much).execute(&mut *tx).await?;
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
                    .execute(&mut *tx)
                    .await?;
                    // Only now, so that a new owner doesn't wait for a large snapshot.
                    let owner: Option<Option<Uuid>> =
                        query_scalar($hold).bind(session.0).fetch_optional(&mut *tx).await?;
                    match owner {
                        None => return Ok(Err(JournalError::NotFound(session))),
                        // The new owner may be reading what this would truncate.
                        Some(Some(other)) if other != self.node => {
                            return Ok(Err(JournalError::Fenced(session)));
                        }
                        Some(_) => {}
                    }
                    for shrink in [
                        "delete from snapshots where session_id = $1 and seq not in ( \
                             select seq from snapshots where session_id = $1 \
                             order by seq desc limit 2)",
                        // Should the newest snapshot be unreadable, the one before it and the
                        // journal from there on still give the whole state.
                        "delete from journal where session_id = $1 and seq <= ( \
                             select min(seq) from snapshots where session_id = $1 \
                             having count(*) = 2)",
                    ] {
                        query(shrink).bind(session.0).execute(&mut *tx).await?;
                    }
                    tx.commit().await?;
                    Ok(Ok(()))
                };
                Box::pin(async move {
                    within(LARGE_LIMIT, work).await.map_err(of_session(session))?
                })
            }
        }
    };
}
pub(super) use implement_journal;
