//! A PostgreSQL that is somewhere else is reached by TLS, and is the one that it says it is.

use std::{error::Error, fmt::Write as _, path::Path};

use caja::store::{OpenError, OpenOptions, open};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use crate::support::{OwnCluster, eventually};

/// Who signs certificates.
struct Authority {
    certificate: rcgen::Certificate,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, name);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        Self { certificate, issuer: Issuer::new(params, key) }
    }

    /// A certificate for this host and its key, as PEM.
    fn signed(&self, host: &str) -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new([host.to_owned()]).unwrap();
        (params.signed_by(&key, &self.issuer).unwrap().pem(), key.serialize_pem())
    }

    fn written_to(&self, file: &Path) -> String {
        std::fs::write(file, self.certificate.pem()).unwrap();
        file.display().to_string()
    }
}

/// Has the server write a file into its data folder: it is its own, and nobody else may read it.
async fn give(connection: &mut PgConnection, name: &str, text: &str) {
    let lines = format!(
        "copy (select unnest(string_to_array('{}', E'\\n'))) to program 'umask 077; cat >{name}'",
        text.trim_end()
    );
    connection.execute(AssertSqlSafe(lines)).await.unwrap();
}

/// Whether a store at this address talks by TLS; else why it does not talk at all.
async fn is_encrypted(url: &str, beside: &mut PgConnection) -> Result<bool, String> {
    let began: f64 = one(beside, "select extract(epoch from clock_timestamp())::float8").await;
    let store = open(url, &OpenOptions::serve()).await.map_err(|error| told(&error))?;
    store.ping().await.unwrap();
    let since = format!(
        "from pg_stat_ssl join pg_stat_activity using (pid) \
         where datname = current_database() and backend_start > to_timestamp({began})"
    );
    let some: bool = one(beside, &format!("select bool_or(ssl) {since}")).await;
    let all: bool = one(beside, &format!("select bool_and(ssl) {since}")).await;
    assert_eq!(some, all, "some connections are by TLS, others are not");
    Ok(some)
}

async fn one<T>(connection: &mut PgConnection, query: &str) -> T
where
    T: for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres> + Send + Unpin,
{
    sqlx::query_scalar(AssertSqlSafe(query.to_owned())).fetch_one(connection).await.unwrap()
}

fn told(error: &OpenError) -> String {
    let (mut text, mut source) = (error.to_string(), error.source());
    while let Some(error) = source {
        write!(text, ": {error}").unwrap();
        source = error.source();
    }
    text
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgresql_is_reached_by_tls_and_has_to_be_the_right_one() {
    let cluster = OwnCluster::start();
    let url = cluster.database().await;
    let mut beside = PgConnection::connect(&url).await.unwrap();
    let at = |host: &str, mode: &str| format!("{}?sslmode={mode}", url.replace("127.0.0.1", host));

    // Before it knows TLS: who insists is refused.
    assert_eq!(is_encrypted(&at("127.0.0.1", "prefer"), &mut beside).await, Ok(false));
    assert!(is_encrypted(&at("127.0.0.1", "require"), &mut beside).await.is_err());

    let (ours, theirs) = (Authority::new("ours"), Authority::new("theirs"));
    let (certificate, key) = ours.signed("127.0.0.1");
    give(&mut beside, "server.crt", &certificate).await;
    give(&mut beside, "server.key", &key).await;
    beside.execute("alter system set ssl = on").await.unwrap();
    beside.execute("select pg_reload_conf()").await.unwrap();
    eventually("it speaks TLS", async || {
        PgConnection::connect(&at("127.0.0.1", "require")).await.is_ok()
    })
    .await;

    let folder = tempfile::tempdir().unwrap();
    let ours = ours.written_to(&folder.path().join("ours.pem"));
    let theirs = theirs.written_to(&folder.path().join("theirs.pem"));
    for (host, mode, root, expected) in [
        ("127.0.0.1", "disable", None, Some(false)),
        ("127.0.0.1", "prefer", None, Some(true)),
        ("127.0.0.1", "require", None, Some(true)),
        ("127.0.0.1", "verify-ca", Some(&ours), Some(true)),
        ("127.0.0.1", "verify-full", Some(&ours), Some(true)),
        // Another host with a certificate of ours.
        ("localhost", "verify-ca", Some(&ours), Some(true)),
        ("localhost", "verify-full", Some(&ours), None),
        // Somebody in between.
        ("127.0.0.1", "verify-ca", Some(&theirs), None),
        ("127.0.0.1", "verify-full", Some(&theirs), None),
        // Nobody that this machine knows has signed it.
        ("127.0.0.1", "verify-full", None, None),
    ] {
        let root = root.map(|file| format!("&sslrootcert={file}")).unwrap_or_default();
        let found = is_encrypted(&format!("{}{root}", at(host, mode)), &mut beside).await;
        match expected {
            Some(expected) => assert_eq!(found, Ok(expected), "{host} {mode}{root}"),
            None => {
                let why = found.expect_err(&format!("{host} {mode}{root}"));
                assert!(why.contains("certificate"), "{host} {mode}{root}: {why}");
            }
        }
    }
}
