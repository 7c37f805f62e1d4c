//! Creating a session: its code, its list entry and its first event, or nothing of them.

/// Implements `insert_session` for a type with the field `writes` (a pool).
macro_rules! implement_creation {
    ($store:ty, $connection:ty, begin: $begin:literal) => {
        impl $store {
            async fn insert_session(&self, new: NewSession) -> Result<(), StoreError> {
                let mut tx = self.writes.begin_with($begin).await?;
                if !take_code(&mut tx, &new).await? {
                    return Err(StoreError::CodeTaken);
                }
                insert_list_entry(&mut tx, &new).await?;
                insert_first_row(&mut tx, &new).await?;
                tx.commit().await?;
                Ok(())
            }
        }

        /// `false`: another session has it.
        async fn take_code(
            connection: &mut $connection,
            new: &NewSession,
        ) -> Result<bool, sqlx::Error> {
            let taken = query(
                "insert into codes (code, session_id) values ($1, $2) \
                 on conflict (code) do nothing",
            )
            .bind(&new.code)
            .bind(new.id.0)
            .execute(connection)
            .await?;
            Ok(taken.rows_affected() > 0)
        }

        async fn insert_list_entry(
            connection: &mut $connection,
            new: &NewSession,
        ) -> Result<(), sqlx::Error> {
            let header = StoredHeader::from(&new.header);
            query(
                "insert into sessions (id, admin, code, name, description, status, settings, \
                     search_text, created_ms, opened_ms, completed_ms, participant_count, \
                     activity_count, revision, epoch) \
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
            )
            .bind(new.id.0)
            .bind(new.admin)
            .bind(&new.code)
            .bind(header.name)
            .bind(header.description)
            .bind(header.status)
            .bind(header.settings)
            .bind(header.search_text)
            .bind(signed(new.created_at.0))
            .bind(header.opened_ms)
            .bind(header.completed_ms)
            .bind(header.participant_count)
            .bind(header.activity_count)
            .bind(header.revision)
            .bind(signed(new.first.epoch.0))
            .execute(connection)
            .await?;
            Ok(())
        }

        async fn insert_first_row(
            connection: &mut $connection,
            new: &NewSession,
        ) -> Result<(), sqlx::Error> {
            query(
                "insert into journal (session_id, seq, count, epoch, at_ms, events) \
                 values ($1, $2, $3, $4, $5, $6)",
            )
            .bind(new.id.0)
            .bind(signed(new.first.last.0))
            .bind(i64::from(new.first.count))
            .bind(signed(new.first.epoch.0))
            .bind(signed(new.first.at.0))
            .bind(&new.first.events[..])
            .execute(connection)
            .await?;
            Ok(())
        }
    };
}
pub(super) use implement_creation;
