//! The queries that read the same in both databases, written once.
//!
//! A macro over the store's type, because sqlx's traits would need a page of bounds to say the
//! same with generics. `$1` is a placeholder in SQLite too.

use std::time::Duration;

use sqlx::{error::DatabaseError, migrate::Migrator, postgres::PgDatabaseError};

use tokio::runtime::Handle;

use super::{StoreError, home::AtHome};
use crate::telemetry;

/// How long an operation may take before its caller is told that the store is away.
pub(super) const OPERATION_LIMIT: Duration = Duration::from_secs(5);
/// How long the store has for a sign of life.
pub(super) const PING_LIMIT: Duration = Duration::from_secs(2);

/// Ends `work` when it takes too long. What it had begun is rolled back.
pub(super) async fn within<T>(
    home: &Handle,
    limit: Duration,
    work: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    let timed = async { tokio::time::timeout(limit, work).await };
    let result = match AtHome::new(home, timed).await {
        Ok(result) => result,
        Err(elapsed) => Err(StoreError::Unavailable(elapsed.into())),
    };
    result.inspect_err(telemetry::store_failed)
}

pub(super) async fn bounded<T>(
    home: &Handle,
    work: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    within(home, OPERATION_LIMIT, work).await
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => {
                Self::Damaged(error.to_string())
            }
            sqlx::Error::Database(inner) if is_damage(&*inner) => Self::Damaged(inner.to_string()),
            other => Self::Unavailable(other.into()),
        }
    }
}

/// Whether the database says that it can't read what it has written.
pub(super) fn is_damage(error: &dyn DatabaseError) -> bool {
    let Some(code) = error.code() else { return false };
    if error.try_downcast_ref::<PgDatabaseError>().is_some() {
        // data_corrupted, index_corrupted
        return matches!(&*code, "XX001" | "XX002");
    }
    // CORRUPT, NOTADB; the extended code's low byte is the kind of error.
    code.parse().is_ok_and(|code: i32| matches!(code & 0xff, 11 | 26))
}

impl From<sqlx::migrate::MigrateError> for StoreError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        Self::Unavailable(error.into())
    }
}

/// A node of the previous release must be able to restart while a newer one has migrated
/// already: migrations only ever add.
pub(super) fn beside_newer_releases(mut migrator: Migrator) -> Migrator {
    migrator.set_ignore_missing(true);
    migrator
}

macro_rules! select_session {
    ($rest:literal) => {
        concat!(
            "select id, admin, code, name, description, status, settings, created_ms, opened_ms, ",
            "completed_ms, participant_count, activity_count, revision from sessions ",
            $rest
        )
    };
}
pub(super) use select_session;

/// Implements [`super::Store`] for a type with the fields `home` (a runtime), `reads`
/// and `writes` (pools), `health` and the methods `migrate_schema` and `insert_session`. `$begin` begins a transaction that is
/// going to write; `$has_migrations` counts the table that remembers migrations.
macro_rules! implement_store {
    ($store:ty, begin: $begin:literal, has_migrations: $has_migrations:literal) => {
        #[async_trait::async_trait]
        impl Store for $store {
            async fn migrate(&self) -> Result<(), StoreError> {
                self.migrate_schema().await
            }

            async fn pending(&self) -> Result<Vec<i64>, StoreError> {
                bounded(&self.home, async {
                    let made: i64 = query_scalar($has_migrations).fetch_one(&self.reads).await?;
                    let made: Vec<i64> = match made {
                        0 => vec![],
                        _ => {
                            query_scalar("select version from _sqlx_migrations where success")
                                .fetch_all(&self.reads)
                                .await?
                        }
                    };
                    let all = MIGRATOR.iter().map(|migration| migration.version);
                    Ok(all.filter(|version| !made.contains(version)).collect())
                })
                .await
            }

            async fn ping(&self) -> Result<(), StoreError> {
                within(&self.home, PING_LIMIT, async {
                    query("select 1").execute(&self.reads).await?;
                    Ok(())
                })
                .await
            }

            fn health(&self) -> StoreHealth {
                self.health.now()
            }

            fn file(&self) -> Option<&Path> {
                self.as_file()
            }

            fn cluster(&self) -> Option<&dyn Cluster> {
                self.as_cluster()
            }

            async fn create_session(&self, new: NewSession) -> Result<(), StoreError> {
                bounded(&self.home, self.insert_session(new)).await
            }

            async fn session(&self, id: SessionId) -> Result<Option<SessionRow>, StoreError> {
                bounded(&self.home, async {
                    let stored: Option<StoredSession> = query_as(select_session!("where id = $1"))
                        .bind(id.0)
                        .fetch_optional(&self.reads)
                        .await?;
                    stored.map(SessionRow::try_from).transpose()
                })
                .await
            }

            async fn session_by_code(&self, code: &str) -> Result<Option<SessionRow>, StoreError> {
                if !can_be_stored(code) {
                    return Ok(None);
                }
                bounded(&self.home, async {
                    let stored: Option<StoredSession> = query_as(select_session!(
                        "where id = (select session_id from codes where codes.code = $1)"
                    ))
                    .bind(code)
                    .fetch_optional(&self.reads)
                    .await?;
                    stored.map(SessionRow::try_from).transpose()
                })
                .await
            }

            async fn sessions(&self, filter: SessionFilter) -> Result<Vec<SessionRow>, StoreError> {
                if !filter.q.as_deref().is_none_or(can_be_stored) {
                    return Ok(vec![]);
                }
                // A bound that every session is before stands for none, so that there is one
                // statement, and the index serves it.
                let (before_ms, before_id) =
                    filter.before.map_or((i64::MAX, Uuid::max()), |(at, id)| (signed(at.0), id.0));
                bounded(&self.home, async {
                    let stored: Vec<StoredSession> = query_as(select_session!(
                        "where admin = $1 and (created_ms, id) < ($2, $3) \
                         and (cast($4 as text) is null or status = $4) \
                         and (cast($5 as text) is null or code = $5 \
                              or search_text like $6 escape '\\') \
                         order by created_ms desc, id desc limit $7"
                    ))
                    .bind(filter.admin)
                    .bind(before_ms)
                    .bind(before_id)
                    .bind(filter.status.map(status_text))
                    .bind(filter.q.as_deref())
                    .bind(filter.q.as_deref().map(like_pattern))
                    .bind(i64::from(filter.limit))
                    .fetch_all(&self.reads)
                    .await?;
                    stored.into_iter().map(SessionRow::try_from).collect()
                })
                .await
            }

            async fn codes_taken(&self) -> Result<u64, StoreError> {
                bounded(&self.home, async {
                    let count: i64 =
                        query_scalar("select count(*) from codes").fetch_one(&self.reads).await?;
                    Ok(count.unsigned_abs())
                })
                .await
            }

            async fn delete_session_at(
                &self,
                id: SessionId,
                revision: Option<u64>,
            ) -> Result<bool, StoreError> {
                let there = bounded(&self.home, async {
                    let mut tx = self.writes.begin_with($begin).await?;
                    // The session first: that waits for appends under way, and stops new ones.
                    let there = query(
                        "delete from sessions where id = $1 and ($2 is null or revision = $2)",
                    )
                    .bind(id.0)
                    .bind(revision.map(signed))
                    .execute(&mut *tx)
                    .await?
                    .rows_affected()
                        > 0;
                    if !there && revision.is_some() {
                        return Ok(false);
                    }
                    query("delete from codes where session_id = $1")
                        .bind(id.0)
                        .execute(&mut *tx)
                        .await?;
                    query("insert into remains (session_id) values ($1) on conflict do nothing")
                        .bind(id.0)
                        .execute(&mut *tx)
                        .await?;
                    tx.commit().await?;
                    Ok(there)
                })
                .await?;
                if !there && revision.is_some() {
                    return Ok(false);
                }
                // The session is gone whatever becomes of the rest, which is removed later if
                // it can't be now.
                if let Err(error) = within(&self.home, OPERATION_LIMIT, self.sweep(id)).await {
                    let error = &error as &dyn std::error::Error;
                    tracing::warn!(session.id = %id, error, "remains of a session are left");
                }
                Ok(there)
            }

            async fn create_admin(&self, admin: AdminRow) -> Result<(), StoreError> {
                bounded(&self.home, async {
                    query(
                        "insert into admins (id, name, token_hash, created_ms, revoked_ms) \
                         values ($1, $2, $3, $4, $5)",
                    )
                    .bind(admin.id)
                    .bind(admin.name)
                    .bind(&admin.token_hash[..])
                    .bind(signed(admin.created_at.0))
                    .bind(admin.revoked_at.map(|at| signed(at.0)))
                    .execute(&self.writes)
                    .await?;
                    Ok(())
                })
                .await
            }

            async fn admins(&self) -> Result<Vec<AdminRow>, StoreError> {
                bounded(&self.home, async {
                    let stored: Vec<StoredAdmin> = query_as(
                        "select id, name, token_hash, created_ms, revoked_ms from admins \
                         order by created_ms, id",
                    )
                    .fetch_all(&self.reads)
                    .await?;
                    stored.into_iter().map(AdminRow::try_from).collect()
                })
                .await
            }

            async fn admin_by_token(
                &self,
                hash: TokenHash,
            ) -> Result<Option<AdminRow>, StoreError> {
                bounded(&self.home, async {
                    let stored: Option<StoredAdmin> = query_as(
                        "select id, name, token_hash, created_ms, revoked_ms from admins \
                         where token_hash = $1 and revoked_ms is null",
                    )
                    .bind(&hash[..])
                    .fetch_optional(&self.reads)
                    .await?;
                    stored.map(AdminRow::try_from).transpose()
                })
                .await
            }

            async fn revoke_admin(&self, id: Uuid, at: Timestamp) -> Result<bool, StoreError> {
                bounded(&self.home, async {
                    let revoked = query(
                        "update admins set revoked_ms = $2 where id = $1 and revoked_ms is null",
                    )
                    .bind(id)
                    .bind(signed(at.0))
                    .execute(&self.writes)
                    .await?;
                    Ok(revoked.rows_affected() > 0)
                })
                .await
            }

            async fn create_login(
                &self,
                login: LoginRow,
                old: OldLogins,
            ) -> Result<(), StoreError> {
                bounded(&self.home, async {
                    let mut tx = self.writes.begin_with($begin).await?;
                    query("delete from logins where created_ms < $1 or used_ms < $2")
                        .bind(signed(old.created_before.0))
                        .bind(signed(old.used_before.0))
                        .execute(&mut *tx)
                        .await?;
                    query(
                        "insert into logins (login_hash, admin, created_ms, used_ms) \
                         values ($1, $2, $3, $4)",
                    )
                    .bind(&login.login_hash[..])
                    .bind(login.admin)
                    .bind(signed(login.created_at.0))
                    .bind(signed(login.used_at.0))
                    .execute(&mut *tx)
                    .await?;
                    query(
                        "delete from logins where admin = $1 and login_hash not in ( \
                             select login_hash from logins where admin = $1 \
                             order by created_ms desc, login_hash desc limit $2)",
                    )
                    .bind(login.admin)
                    .bind(i64::from(old.most))
                    .execute(&mut *tx)
                    .await?;
                    tx.commit().await?;
                    Ok(())
                })
                .await
            }

            async fn login(&self, hash: TokenHash) -> Result<Option<LoginRow>, StoreError> {
                bounded(&self.home, async {
                    let stored: Option<StoredLogin> = query_as(
                        "select login_hash, admin, name, logins.created_ms, used_ms from logins \
                         join admins on admins.id = logins.admin \
                         where login_hash = $1 and revoked_ms is null",
                    )
                    .bind(&hash[..])
                    .fetch_optional(&self.reads)
                    .await?;
                    stored.map(LoginRow::try_from).transpose()
                })
                .await
            }

            async fn note_login(&self, hash: TokenHash, at: Timestamp) -> Result<(), StoreError> {
                bounded(&self.home, async {
                    query("update logins set used_ms = $2 where login_hash = $1 and used_ms < $2")
                        .bind(&hash[..])
                        .bind(signed(at.0))
                        .execute(&self.writes)
                        .await?;
                    Ok(())
                })
                .await
            }

            async fn delete_login(&self, hash: TokenHash) -> Result<bool, StoreError> {
                bounded(&self.home, async {
                    let deleted = query("delete from logins where login_hash = $1")
                        .bind(&hash[..])
                        .execute(&self.writes)
                        .await?;
                    Ok(deleted.rows_affected() > 0)
                })
                .await
            }

            async fn create_runner_token(&self, token: RunnerTokenRow) -> Result<(), StoreError> {
                bounded(&self.home, async {
                    query(
                        "insert into runner_tokens (session_id, token_id, token_hash, created_ms) \
                         values ($1, $2, $3, $4)",
                    )
                    .bind(token.session.0)
                    .bind(token.token_id)
                    .bind(&token.token_hash[..])
                    .bind(signed(token.created_at.0))
                    .execute(&self.writes)
                    .await?;
                    Ok(())
                })
                .await
            }

            async fn runner_tokens(
                &self,
                session: SessionId,
            ) -> Result<Vec<RunnerTokenRow>, StoreError> {
                bounded(&self.home, async {
                    let stored: Vec<StoredRunnerToken> = query_as(
                        "select session_id, token_id, token_hash, created_ms from runner_tokens \
                         where session_id = $1 order by created_ms, token_id",
                    )
                    .bind(session.0)
                    .fetch_all(&self.reads)
                    .await?;
                    stored.into_iter().map(RunnerTokenRow::try_from).collect()
                })
                .await
            }

            async fn runner_token_by_hash(
                &self,
                hash: TokenHash,
            ) -> Result<Option<RunnerTokenRow>, StoreError> {
                bounded(&self.home, async {
                    let stored: Option<StoredRunnerToken> = query_as(
                        "select session_id, token_id, token_hash, created_ms from runner_tokens \
                         where token_hash = $1",
                    )
                    .bind(&hash[..])
                    .fetch_optional(&self.reads)
                    .await?;
                    stored.map(RunnerTokenRow::try_from).transpose()
                })
                .await
            }

            async fn revoke_runner_token(
                &self,
                session: SessionId,
                token_id: Uuid,
            ) -> Result<bool, StoreError> {
                bounded(&self.home, async {
                    let revoked =
                        query("delete from runner_tokens where session_id = $1 and token_id = $2")
                            .bind(session.0)
                            .bind(token_id)
                            .execute(&self.writes)
                            .await?;
                    Ok(revoked.rows_affected() > 0)
                })
                .await
            }

            async fn secret(&self, name: &str, candidate: &[u8]) -> Result<Vec<u8>, StoreError> {
                bounded(&self.home, async {
                    query(
                        "insert into secrets (name, value) values ($1, $2) \
                         on conflict (name) do nothing",
                    )
                    .bind(name)
                    .bind(candidate)
                    .execute(&self.writes)
                    .await?;
                    let value = query_scalar("select value from secrets where name = $1")
                        .bind(name)
                        .fetch_one(&self.writes)
                        .await?;
                    Ok(value)
                })
                .await
            }
        }
    };
}
pub(super) use implement_store;
