//! Signing in by cookie: what the cookie is good for, and what it is not.

use reqwest::{
    Method,
    header::{AUTHORIZATION, COOKIE, ORIGIN, SET_COOKIE},
};
use serde_json::{Value, json};

use crate::{
    app::{ADMIN_TOKEN, TestApp},
    client::{Client, Reply, send},
    on_both, on_one,
    room::Room,
    secrets::fields,
};

on_both! {
    a_sign_in_is_as_good_as_the_token_and_survives_a_restart,
    signing_out_ends_the_sign_in_and_not_the_token,
    a_sign_in_dies_with_its_token,
}

on_one! {
    the_cookie_can_not_be_read_nor_sent_from_elsewhere,
    a_cookie_writes_only_for_pages_of_this_server,
    a_bearer_token_wins_over_the_cookie,
    a_cookie_is_no_token_and_a_token_is_no_cookie,
    only_an_administrator_is_signed_in,
    whoever_guesses_tokens_is_stopped,
    an_administrator_has_a_bounded_number_of_sign_ins,
}

const LOGIN: &str = "/api/v1/auth/login";
const LOGOUT: &str = "/api/v1/auth/logout";
const ME: &str = "/api/v1/auth/me";

/// A browser that is signed in.
struct Browser {
    client: Client,
    cookie: String,
    /// What it says of the page that asks.
    origin: Option<String>,
}

impl Browser {
    async fn signed_in(app: &TestApp, token: &str) -> Self {
        let reply = log_in(app, token).await;
        reply.expect(200);
        let cookie = reply.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
        Self { client: app.anyone(), cookie, origin: Some(app.base.clone()) }
    }

    async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Reply {
        let mut request = self.client.request(method, path).header(COOKIE, &self.cookie);
        if let Some(origin) = &self.origin {
            request = request.header(ORIGIN, origin);
        }
        send(match body {
            Some(body) => request.json(body),
            None => request,
        })
        .await
    }

    async fn me(&self) -> Reply {
        self.send(Method::GET, ME, None).await
    }

    async fn create(&self) -> Reply {
        self.send(Method::POST, "/api/v1/sessions", Some(&json!({"name": "a"}))).await
    }
}

async fn log_in(app: &TestApp, token: &str) -> Reply {
    app.anyone().send(Method::POST, LOGIN, Some(&json!({"token": token}))).await
}

async fn a_sign_in_is_as_good_as_the_token_and_survives_a_restart(mut app: TestApp) {
    let browser = Browser::signed_in(&app, ADMIN_TOKEN).await;
    let by_token = app.admin().get(ME).await.expect(200);
    assert_eq!(fields(&by_token), ["admin_id", "name", "signed_in_by"]);
    assert_eq!(by_token["signed_in_by"], "bearer");
    let me = browser.me().await.expect(200);
    assert_eq!(fields(&me), ["admin_id", "expires_at", "name", "signed_in_by"]);
    assert_eq!((&me["admin_id"], &me["name"]), (&by_token["admin_id"], &by_token["name"]));
    assert_eq!(me["signed_in_by"], "cookie");
    assert!(me["expires_at"].as_str().unwrap().ends_with('Z'), "{me}");

    let session = browser.create().await.expect(201);
    let id = session["id"].as_str().unwrap();
    let state = browser.send(Method::GET, &format!("/api/v1/sessions/{id}/state"), None).await;
    assert!(state.expect(200)["screen"].is_object(), "the runner's frame");
    app.restart().await;
    let browser = Browser { client: app.anyone(), origin: Some(app.base.clone()), ..browser };
    assert_eq!(browser.me().await.expect(200)["admin_id"], me["admin_id"]);
    browser.send(Method::POST, &format!("/api/v1/sessions/{id}/open"), None).await.expect(200);
}

async fn signing_out_ends_the_sign_in_and_not_the_token(app: TestApp) {
    let browser = Browser::signed_in(&app, ADMIN_TOKEN).await;
    let other = Browser::signed_in(&app, ADMIN_TOKEN).await;
    let out = browser.send(Method::POST, LOGOUT, None).await;
    out.expect(204);
    assert!(out.header("set-cookie").unwrap().starts_with("caja_login=; Path=/; Max-Age=0;"));
    assert_eq!(browser.me().await.problem(401), "unauthorized");
    browser.send(Method::POST, LOGOUT, None).await.expect(204);
    let stranger = Browser { cookie: "caja_login=nothing".into(), origin: None, ..browser };
    stranger.send(Method::POST, LOGOUT, None).await.expect(204);
    app.anyone().send(Method::POST, LOGOUT, None).await.expect(204);
    app.admin().send(Method::POST, LOGOUT, None).await.expect(204);
    app.admin().get(ME).await.expect(200);
    other.me().await.expect(200);
    // Signing in again in the same browser leaves nothing of the sign-in before.
    let request = app.anyone().request(Method::POST, LOGIN).header(COOKIE, &other.cookie);
    send(request.json(&json!({"token": ADMIN_TOKEN}))).await.expect(200);
    assert_eq!(other.me().await.problem(401), "unauthorized");
}

async fn a_sign_in_dies_with_its_token(app: TestApp) {
    let stranger = app.another_admin().await;
    let browser = Browser::signed_in(&app, stranger.token()).await;
    let me = browser.me().await.expect(200);
    let id = me["admin_id"].as_str().unwrap().parse().unwrap();
    app.beside().await.revoke_admin(id, caja_actors::session::Timestamp(2)).await.unwrap();
    crate::support::eventually("the sign-in is dead", || async {
        browser.me().await.status == 401 && stranger.get(ME).await.status == 401
    })
    .await;
    assert_eq!(log_in(&app, stranger.token()).await.problem(401), "unauthorized");
}

async fn the_cookie_can_not_be_read_nor_sent_from_elsewhere(app: TestApp) {
    let reply = log_in(&app, ADMIN_TOKEN).await;
    let cookie = reply.header("set-cookie").unwrap().to_owned();
    let (value, attributes) = cookie.split_once("; ").unwrap();
    assert_eq!(attributes, "Path=/; Max-Age=604800; HttpOnly; SameSite=Strict");
    assert!(value.len() > 50 && !value.contains(ADMIN_TOKEN));
    assert!(!reply.text().contains(value.split_once('=').unwrap().1));
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    let secure = TestApp::at("https://caja.example").await;
    let cookie = log_in(&secure, ADMIN_TOKEN).await;
    assert!(cookie.header("set-cookie").unwrap().ends_with("; SameSite=Strict; Secure"));
}

async fn a_cookie_writes_only_for_pages_of_this_server(app: TestApp) {
    let mut browser = Browser::signed_in(&app, ADMIN_TOKEN).await;
    let own = app.base.clone();
    let port = own.rsplit(':').next().unwrap().to_owned();
    for (origin, is_own) in [
        (Some(own.clone()), true),
        (Some("http://caja.example".to_owned()), true),
        (None, false),
        (Some("null".to_owned()), false),
        (Some(own.replace("http", "https")), false),
        (Some("http://127.0.0.1".to_owned()), false),
        (Some(format!("http://localhost:{port}")), false),
        (Some(format!("{own}.evil.example")), false),
        (Some(format!("http://evil.example/{own}")), false),
    ] {
        browser.origin = origin.clone();
        let written = browser.create().await;
        if is_own {
            written.expect(201);
        } else {
            assert_eq!(written.problem(403), "bad_origin", "{origin:?}");
            assert_eq!(browser.send(Method::POST, LOGOUT, None).await.problem(403), "bad_origin");
        }
        browser.me().await.expect(200);
    }
    let twice = app.anyone().request(Method::POST, "/api/v1/sessions");
    let twice = twice.header(COOKIE, &browser.cookie).header(ORIGIN, &own).header(ORIGIN, &own);
    assert_eq!(send(twice.json(&json!({"name": "a"}))).await.problem(403), "bad_origin");
    // What a proxy says counts only if the proxy is trusted.
    let forwarded = |app: &TestApp, cookie: &str| {
        let request = app.anyone().request(Method::POST, "/api/v1/sessions");
        let request = request.header(COOKIE, cookie).header(ORIGIN, "https://event.example");
        let request = request.header("x-forwarded-proto", "https");
        send(request.header("x-forwarded-host", "event.example").json(&json!({"name": "a"})))
    };
    assert_eq!(forwarded(&app, &browser.cookie).await.problem(403), "bad_origin");
    let behind = TestApp::behind_a_proxy().await;
    let browser = Browser::signed_in(&behind, ADMIN_TOKEN).await;
    forwarded(&behind, &browser.cookie).await.expect(201);
}

async fn a_bearer_token_wins_over_the_cookie(app: TestApp) {
    let room = Room::open(&app).await;
    let ana = room.join("Ana").await;
    let browser = Browser::signed_in(&app, ADMIN_TOKEN).await;
    let with = |client: &Client, path: &str| {
        let request = client.request(Method::GET, path);
        send(request.header(COOKIE, &browser.cookie).header(ORIGIN, &app.base))
    };
    let state = format!("/api/v1/sessions/{}/state", room.id);
    let session = format!("/api/v1/sessions/{}", room.id);
    assert!(with(&ana.client, &state).await.expect(200).get("screen").is_none());
    assert_eq!(with(&ana.client, &session).await.problem(403), "forbidden");
    assert_eq!(with(&room.runner, &session).await.problem(403), "forbidden");
    assert_eq!(with(&app.anyone().bearing("dead"), &session).await.problem(401), "unauthorized");
    assert_eq!(with(&app.anyone().bearing(""), &session).await.problem(401), "unauthorized");
    let removed = room.join("Ben").await;
    room.runner.remove_participant(&room.id, &removed.id, "").await.expect(204);
    assert_eq!(with(&removed.client, &state).await.problem(401), "removed");
    // A proxy's own password is not ours.
    let request = app.anyone().request(Method::GET, &session).header(COOKIE, &browser.cookie);
    send(request.header(AUTHORIZATION, "Basic YTpi")).await.expect(200);
}

async fn a_cookie_is_no_token_and_a_token_is_no_cookie(app: TestApp) {
    let browser = Browser::signed_in(&app, ADMIN_TOKEN).await;
    let value = browser.cookie.split_once('=').unwrap().1;
    assert_eq!(app.anyone().bearing(value).get(ME).await.problem(401), "unauthorized");
    let forged = Browser { cookie: format!("caja_login={ADMIN_TOKEN}"), ..browser };
    assert_eq!(forged.me().await.problem(401), "unauthorized");
}

async fn only_an_administrator_is_signed_in(app: TestApp) {
    let room = Room::open(&app).await;
    let ana = room.join("Ana").await;
    assert_eq!(app.anyone().get(ME).await.problem(401), "unauthorized");
    assert_eq!(ana.client.get(ME).await.problem(403), "forbidden");
    assert_eq!(room.runner.get(ME).await.problem(403), "forbidden");
    for token in [&*ana.token, room.runner.token(), "wrong", " "] {
        let refused = log_in(&app, token).await;
        assert_eq!(refused.problem(401), "unauthorized", "{token}");
        assert!(refused.headers.get(SET_COOKIE).is_none());
    }
    for token in ["", &"x".repeat(257)] {
        assert_eq!(log_in(&app, token).await.problem(422), "validation");
    }
}

async fn whoever_guesses_tokens_is_stopped(app: TestApp) {
    let browser = Browser::signed_in(&app, ADMIN_TOKEN).await;
    for n in 0..30 {
        assert_eq!(log_in(&app, &format!("guess {n}")).await.problem(401), "unauthorized");
    }
    for token in ["another guess", ADMIN_TOKEN] {
        let refused = log_in(&app, token).await;
        assert_eq!(refused.problem(429), "rate_limited");
        let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=60).contains(&wait), "{wait}");
    }
    browser.create().await.expect(201);
    app.admin().get(ME).await.expect(200);
}

async fn an_administrator_has_a_bounded_number_of_sign_ins(app: TestApp) {
    let first = Browser::signed_in(&app, ADMIN_TOKEN).await;
    for _ in 0..49 {
        log_in(&app, ADMIN_TOKEN).await.expect(200);
    }
    let store = app.beside().await;
    let hash = caja::http::tokens::hash(first.cookie.split_once('=').unwrap().1);
    assert!(store.login(hash).await.unwrap().is_some());
    log_in(&app, ADMIN_TOKEN).await.expect(200);
    assert!(store.login(hash).await.unwrap().is_none(), "the oldest went");
}
