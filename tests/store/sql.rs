//! A look past the store, as somebody with SQL has it.

use sqlx::{
    AssertSqlSafe, Connection, Executor, PgConnection, SqliteConnection, query_as, query_scalar,
};

use crate::support::TestStore;

pub(crate) async fn run(test: &TestStore, sql: &str) {
    let sql = AssertSqlSafe(sql.to_owned());
    if is_sqlite(test) {
        SqliteConnection::connect(&test.url).await.unwrap().execute(sql).await.unwrap();
    } else {
        PgConnection::connect(&test.url).await.unwrap().execute(sql).await.unwrap();
    }
}

/// The one number that a query gives.
pub(crate) async fn number(test: &TestStore, sql: &str) -> i64 {
    let sql = AssertSqlSafe(sql.to_owned());
    if is_sqlite(test) {
        let mut connection = SqliteConnection::connect(&test.url).await.unwrap();
        query_scalar(sql).fetch_one(&mut connection).await.unwrap()
    } else {
        let mut connection = PgConnection::connect(&test.url).await.unwrap();
        query_scalar(sql).fetch_one(&mut connection).await.unwrap()
    }
}

/// Rows of two texts.
pub(crate) async fn pairs(test: &TestStore, sql: &str) -> Vec<(String, String)> {
    let sql = AssertSqlSafe(sql.to_owned());
    if is_sqlite(test) {
        let mut connection = SqliteConnection::connect(&test.url).await.unwrap();
        query_as(sql).fetch_all(&mut connection).await.unwrap()
    } else {
        let mut connection = PgConnection::connect(&test.url).await.unwrap();
        query_as(sql).fetch_all(&mut connection).await.unwrap()
    }
}

pub(crate) fn is_sqlite(test: &TestStore) -> bool {
    test.url.starts_with("sqlite")
}

/// How many places hold this text: rows of any table, or files of the database.
pub(crate) async fn places_with(test: &TestStore, marker: &str) -> i64 {
    let Some(folder) = &test.folder else { return rows_with(test, marker).await };
    let files = std::fs::read_dir(folder.path()).unwrap();
    let holds = |path| {
        let bytes = std::fs::read(path).unwrap();
        bytes.windows(marker.len()).any(|window| window == marker.as_bytes())
    };
    files.filter(|file| holds(file.as_ref().unwrap().path())).count().try_into().unwrap()
}

async fn rows_with(test: &TestStore, marker: &str) -> i64 {
    let hex: String = marker.bytes().map(|byte| format!("{byte:02x}")).collect();
    let mut found = 0;
    let tables = pairs(
        test,
        "select table_name::text, table_schema::text from information_schema.tables \
         where table_schema = 'public' and table_type = 'BASE TABLE'",
    )
    .await;
    assert!(tables.len() > 8, "{tables:?}");
    for (table, _) in tables {
        // Bytes are shown in hexadecimal.
        let sql = format!(
            "select count(*) from {table} as t where t::text like '%{hex}%' \
             or t::text like '%{marker}%'"
        );
        found += number(test, &sql).await;
    }
    found
}
