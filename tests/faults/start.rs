//! Starting: what stops a start, what a start says, and the commands around a server.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    api::{Api, Outcome},
    process::{ADMIN_TOKEN, Ended, Place, fixed_port},
    stage::text,
    support::eventually,
};

const PASSWORD: &str = "a-password-nobody-may-read";

#[test]
fn a_wrong_setting_stops_the_start_with_a_line_that_says_which_why_and_what_is_allowed() {
    for (name, value, why) in [
        ("CAJA_LISTEN", "everywhere", "must be an address and a port, such as 0.0.0.0:8080"),
        ("CAJA_LISTEN", "127.0.0.1:70000", "must be an address and a port"),
        ("CAJA_LISTEN", "192.0.2.1:80", "can't listen there"),
        ("CAJA_ADMIN_TOKEN", "short", "must have 16 to 256 visible ASCII characters"),
        ("CAJA_LOG", "caja=loud", "use a level such as info, or caja=debug,warn"),
        ("CAJA_LOG", "inof", "use a level such as info, or caja=debug,warn"),
        ("CAJA_LOG_FORMAT", "xml", "must be one of pretty, json"),
        ("CAJA_WORKERS", "0", "must be a whole number from 1 to 512"),
        ("CAJA_WORKERS", "many", "must be a whole number from 1 to 512"),
        ("CAJA_PUBLIC_URL", "caja.example", "must be an address such as https://"),
        ("CAJA_DATA_DIR", "/dev/null/data", "can't create or open"),
        ("DATABASE_URL", "mysql://localhost/caja", "use sqlite://path or postgres://"),
        ("DATABASE_URL", "sqlite::memory:", "a database in memory would lose every session"),
        (
            "DATABASE_URL",
            "postgres://user@127.0.0.1:1/caja",
            "can't reach PostgreSQL at 127.0.0.1, port 1, database \"caja\"",
        ),
        ("CAJA_RETENTION_DAYS", "-1", "must be 0 (for ever) or a whole number of days up to 36500"),
    ] {
        let ended = Place::sqlite().ready().with(name, value).run(&[]);
        let line = refusal(&ended, name);
        assert!(line.contains(why), "{name}={value}: {line}");
    }
}

#[test]
fn an_unknown_flag_or_command_is_refused_in_a_line() {
    for (arguments, words) in [
        (&["--colour", "red"][..], "unexpected argument '--colour'"),
        (&["--lissten", "127.0.0.1:0"], "a similar argument exists: '--listen'"),
        (&["fly"], "unrecognized subcommand 'fly'"),
        (&["admin"], "[subcommands: token"),
    ] {
        let ended = Place::sqlite().run(arguments);
        let line = refusal(&ended, "caja --help");
        assert!(line.contains(words), "{arguments:?}: {line}");
    }
}

#[test]
fn a_port_in_use_stops_the_start() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let ended = Place::sqlite().ready().with("CAJA_LISTEN", &address).run(&[]);
    assert!(refusal(&ended, "CAJA_LISTEN").contains(&address), "{}", ended.stderr);
}

#[test]
fn a_room_of_phones_finds_room_where_the_system_gives_few_open_files() {
    use std::{
        io::{Read, Write},
        net::TcpStream,
    };
    let place = |limits: &str| {
        Place::sqlite().ready().through(&["sh", "-c", &format!("{limits}; exec \"$@\""), "sh"])
    };
    let limited = place("ulimit -Sn 256");
    let mut server = limited.start();
    let port = server.port();
    let phones: Vec<TcpStream> = (0..600)
        .map(|_| {
            let mut phone = TcpStream::connect(("127.0.0.1", port)).unwrap();
            phone.write_all(b"GET /health/live HTTP/1.1\r\nhost: caja\r\n\r\n").unwrap();
            phone.set_read_timeout(Some(crate::process::PATIENCE)).unwrap();
            let mut answer = [0; 15];
            phone.read_exact(&mut answer).unwrap();
            assert_eq!(&answer, b"HTTP/1.1 200 OK");
            phone
        })
        .collect();
    drop(phones);
    // Where nobody may raise it, the operator is told.
    let limited = place("ulimit -n 256");
    let mut server = limited.start();
    server.port();
    assert!(server.stderr().contains("few connections can be open at once"), "{}", server.stderr());
}

/// The one line of a process that refused, which names `setting`.
fn refusal<'a>(ended: &'a Ended, setting: &str) -> &'a str {
    assert!(!ended.status.success(), "it should have been refused");
    assert_eq!(ended.stdout, "", "there is nothing to say to a script");
    let line = ended.stderr.trim_end();
    assert!(line.starts_with("caja: ") && !line.contains('\n'), "one line: {line}");
    assert!(line.contains(setting), "names {setting}: {line}");
    line
}

#[test]
fn no_output_holds_a_password_or_a_token() {
    for address in [
        format!("postgres://someone:{PASSWORD}@127.0.0.1:1/caja"),
        format!("postgres://someone:{PASSWORD}@:port/caja"),
        format!("mysql://someone:{PASSWORD}@127.0.0.1/caja"),
        PASSWORD.into(),
    ] {
        let place = Place::sqlite().ready().with("DATABASE_URL", &address);
        let place = place.with("CAJA_LOG", "trace");
        for arguments in [&[][..], &["check"], &["migrate"], &["admin", "token", "list"]] {
            let ended = place.run(arguments);
            assert!(!ended.status.success());
            assert_tells_nothing(&ended, &[PASSWORD, ADMIN_TOKEN]);
        }
    }
    let wrong = [format!("--admin-token={PASSWORD} "), format!("--database-url={PASSWORD}")];
    for flag in wrong {
        assert_tells_nothing(&Place::sqlite().run(&[&flag]), &[PASSWORD]);
    }
    assert_tells_nothing(&Place::sqlite().run(&["--help"]), &[PASSWORD]);
}

/// Even the most talkative log tells nobody how to be somebody else, nor who answered what.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_whole_log_of_a_session_holds_no_secret() {
    let place = Place::sqlite().ready().with("CAJA_LOG", "trace");
    let mut server = place.start();
    let api = Api::new(server.port());
    let client_id = "0d9f2c1e-7d3c-4c55-9a52-3f6d1f0b8a11";
    let session = api.post("/sessions", ADMIN_TOKEN, &json!({"name": "Quiet"})).await.done();
    let path = format!("/sessions/{}", text(&session["id"]));
    let poll = json!({"type": "poll", "title": "Say", "config": {"kind": "text"}});
    let poll = api.post(&format!("{path}/activities"), ADMIN_TOKEN, &poll).await.done();
    let poll = format!("{path}/activities/{}", text(&poll["id"]));
    api.post(&format!("{path}/open"), ADMIN_TOKEN, &json!({})).await.done();
    api.post(&format!("{poll}/activate"), ADMIN_TOKEN, &json!({})).await.done();
    let runner = api.post(&format!("{path}/runner-tokens"), ADMIN_TOKEN, &json!({})).await.done();
    let join = json!({"nickname": "Ana", "client_id": client_id});
    let joined = api.post(&format!("{path}/participants"), "", &join).await.done();
    let token = text(&joined["participant_token"]);
    let answer = json!({"text": "Between us, never again"});
    api.put(&format!("{poll}/response"), &token, &answer).await.done();
    let wrong = json!({"text": "Between us", "colour": "Between us"});
    assert!(matches!(
        api.put(&format!("{poll}/response"), &token, &wrong).await,
        Outcome::Refused(..)
    ));
    api.get(&format!("{path}/state"), &text(&runner["runner_token"])).await.done();
    server.signal("TERM");
    let ended = server.end(crate::process::PATIENCE);
    assert!(ended.status.success());
    assert!(ended.stderr.contains("left"), "the log is there");
    let runner_token = text(&runner["runner_token"]);
    let secrets = [ADMIN_TOKEN, &runner_token, &token, client_id, "Between us"];
    assert_tells_nothing(&ended, &secrets);
}

fn assert_tells_nothing(ended: &Ended, secrets: &[&str]) {
    for (number, secret) in secrets.iter().enumerate() {
        for said in [&ended.stdout, &ended.stderr] {
            let line = said.lines().find(|line| line.contains(secret));
            assert_eq!(line, None, "holds secret {number}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_start_makes_a_token_and_the_next_tells_it_no_more() {
    let place = Place::sqlite().with("CAJA_LISTEN", "127.0.0.1:0");
    let mut first = place.start();
    let line = first.says("Admin token");
    let token = line.split_whitespace().last().unwrap().to_owned();
    let api = Api::new(first.port());
    api.get("/sessions", &token).await.done();
    let ended = first.kill();
    assert_eq!(ended.stdout.matches(&token).count(), 1);
    assert!(!ended.stderr.contains(&token), "the log is kept by others");
    let mut second = place.start();
    assert!(second.says("Admin token").contains("as set before"));
    let api = Api::new(second.port());
    api.get("/sessions", &token).await.done();
    let ended = second.kill();
    assert!(!format!("{}{}", ended.stdout, ended.stderr).contains(&token));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tokens_made_and_revoked_beside_a_server_count_within_five_seconds() {
    for place in [Place::sqlite().ready(), Place::postgres().await.ready()] {
        let mut server = place.start();
        let api = Api::new(server.port());
        let made = succeeds(&place.run(&["admin", "token", "create", "--name", "Marisol"]));
        let word = |after: &str| {
            let line = made.lines().find(|line| line.starts_with(after)).unwrap();
            line.split_whitespace().last().unwrap().to_owned()
        };
        let (id, token) = (word("id"), word("token"));
        api.get("/sessions", &token).await.done();
        let listed = succeeds(&place.run(&["admin", "token", "list"]));
        let line = listed.lines().find(|line| line.contains(&id)).unwrap();
        assert!(line.contains("active") && line.contains("Marisol"), "{line}");
        assert!(!listed.contains(&token));
        succeeds(&place.run(&["admin", "token", "revoke", &id]));
        let revoked_at = tokio::time::Instant::now();
        eventually("the revoked token is refused", || async {
            matches!(api.get("/sessions", &token).await, Outcome::Refused(status, _) if status == 401)
        })
        .await;
        // A second for the busy machine that asks.
        assert!(revoked_at.elapsed() < Duration::from_secs(6), "{:?}", revoked_at.elapsed());
        let again = place.run(&["admin", "token", "revoke", &id]);
        assert!(!again.status.success(), "there is nothing left to revoke");
        api.get("/sessions", ADMIN_TOKEN).await.done();
    }
}

/// What was chosen may stand in settings for years, and who revoked it need not be who starts.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_chosen_token_that_was_revoked_stays_so_and_stops_no_start() {
    for place in [Place::sqlite().ready(), Place::postgres().await.ready()] {
        let mut server = place.start();
        let api = Api::new(server.port());
        api.get("/sessions", ADMIN_TOKEN).await.done();
        assert!(succeeds(&place.run(&["check"])).contains("1, the one of CAJA_ADMIN_TOKEN among"));
        let listed = succeeds(&place.run(&["admin", "token", "list"]));
        let id = listed.split_whitespace().next().unwrap();
        succeeds(&place.run(&["admin", "token", "revoke", id]));
        server.kill();
        let said = succeeds(&place.run(&["check"]));
        assert!(said.contains("0; the token in CAJA_ADMIN_TOKEN was revoked"), "{said}");
        let mut server = place.start();
        let api = Api::new(server.port());
        let answer = api.get("/sessions", ADMIN_TOKEN).await;
        assert!(matches!(answer, Outcome::Refused(status, _) if status == 401));
        assert!(server.stderr().contains("CAJA_ADMIN_TOKEN was revoked"), "{}", server.stderr());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn check_migrate_and_openapi_work_without_a_server_and_beside_one() {
    for place in [Place::sqlite().ready(), Place::postgres().await.ready()] {
        succeeds(&place.run(&["migrate"]));
        succeeds(&place.run(&["check"]));
        let mut server = place.start();
        server.port();
        succeeds(&place.run(&["migrate"]));
        succeeds(&place.run(&["check"]));
        assert!(server.is_running());
    }
    let document = succeeds(&Place::sqlite().run(&["openapi"]));
    let document: Value = serde_json::from_str(&document).unwrap();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    assert!(document["paths"].as_object().unwrap().len() > 20);
}

#[test]
fn a_health_check_succeeds_only_while_a_server_is_ready() {
    let listen = format!("127.0.0.1:{}", fixed_port());
    let place = Place::sqlite().ready().with("CAJA_LISTEN", &listen);
    assert!(!place.run(&["healthcheck"]).status.success());
    let mut server = place.start();
    server.port();
    assert!(succeeds(&place.run(&["healthcheck"])).contains("\"status\":\"ok\""));
    let elsewhere = Place::sqlite();
    succeeds(&elsewhere.run(&["healthcheck", "--url", &format!("http://{listen}/")]));
    server.kill();
    let ended = place.run(&["healthcheck"]);
    assert!(!ended.status.success());
    assert_eq!(ended.stderr.trim_end().lines().count(), 1, "{}", ended.stderr);
}

#[test]
fn a_demo_plays_and_ends() {
    let place = Place::sqlite().with("CAJA_LISTEN", "127.0.0.1:0");
    let ended = place.run(&["demo", "--participants", "20", "--seconds", "8"]);
    let said = succeeds(&ended);
    let lines: Vec<_> = said.lines().filter(|line| line.contains(" here, ")).collect();
    assert!(lines.len() > 3, "the runner's lines move: {said}");
    let people = |line: &str| line.split_whitespace().find_map(|word| word.parse::<u32>().ok());
    assert!(people(lines[0]) < people(lines[lines.len() - 1]), "people arrive: {lines:?}");
}

/// Standard output of what must have succeeded.
fn succeeds(ended: &Ended) -> String {
    assert!(ended.status.success(), "{}{}", ended.stdout, ended.stderr);
    ended.stdout.clone()
}
