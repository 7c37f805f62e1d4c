//! What is answered when something is not done.

use reqwest::{Method, header::CONTENT_TYPE};
use serde_json::{Value, json};

use crate::{
    app::TestApp,
    client::{Reply, send},
    on_both, on_one,
    room::Room,
    secrets::fields,
};

on_both! {
    odd_characters_are_stored_or_refused_but_never_an_error,
}

on_one! {
    a_problem_has_the_fields_of_rfc_9457_and_a_code,
    a_body_that_is_not_json_is_malformed,
    a_body_of_another_kind_or_size_is_refused,
    fields_that_do_not_fit_are_named_by_their_pointer,
    unknown_fields_are_refused_everywhere,
    parameters_that_do_not_fit_are_problems_too,
    a_wrong_method_says_which_are_right,
    what_is_not_there_is_a_problem_too,
    credentials_decide_between_401_and_403,
    every_response_but_a_good_poll_has_a_request_id,
}

fn pointers(reply: &Reply) -> Vec<String> {
    assert_eq!(reply.problem(422), "validation");
    let errors = reply.json()["errors"].as_array().unwrap().clone();
    errors.iter().map(|error| error["pointer"].as_str().unwrap().to_owned()).collect()
}

async fn a_problem_has_the_fields_of_rfc_9457_and_a_code(app: TestApp) {
    let refused = app.admin().session("7").await;
    assert_eq!(refused.problem(404), "not_found");
    let body = refused.json();
    assert_eq!(fields(&body), ["code", "detail", "status", "title", "type"]);
    assert_eq!(body["type"], "urn:caja:problem:not_found");
    assert_eq!((&body["status"], &body["title"]), (&json!(404), &json!("Not Found")));
    let invalid = app.admin().create_session(&json!({"name": ""})).await;
    assert_eq!(invalid.problem(422), "validation");
    assert_eq!(fields(&invalid.json()["errors"][0]), ["detail", "pointer"]);
}

async fn a_body_that_is_not_json_is_malformed(app: TestApp) {
    let room = Room::open(&app).await;
    let poll = room.run_choice().await;
    let ana = room.join("Ana").await;
    let response = format!("/api/v1/sessions/{}/activities/{poll}/response", room.id);
    for (client, method, path, beginning) in [
        (&room.admin, Method::POST, "/api/v1/sessions", r#"{"name": "a""#),
        (&ana.client, Method::PUT, &response, r#"{"choices": ["a"]"#),
    ] {
        let trailing = format!("{beginning}}} x");
        for body in [
            "",
            "{",
            beginning,
            &trailing,
            "{} x",
            r#"{"typo": 1} x"#,
            "nonsense",
            r#"{"\ud800": 1}"#,
        ] {
            let request = client.request(method.clone(), path).body(body.to_owned());
            let refused = send(request.header(CONTENT_TYPE, "application/json")).await;
            assert_eq!(refused.problem(400), "malformed_json", "{body}");
        }
        let request = client.request(method.clone(), path).body(b"\"\xff\"".to_vec());
        let refused = send(request.header(CONTENT_TYPE, "application/json")).await;
        assert_eq!(refused.problem(400), "malformed_json");
        let deep = "[".repeat(10_000);
        let request = client.request(method, path).body(deep);
        let refused = send(request.header(CONTENT_TYPE, "application/json")).await;
        assert_eq!(refused.problem(400), "malformed_json");
    }
}

async fn a_body_of_another_kind_or_size_is_refused(app: TestApp) {
    let create = || app.admin().request(Method::POST, "/api/v1/sessions");
    for kind in ["text/plain", "application/x-www-form-urlencoded", "application/jsonx"] {
        let refused = send(create().header(CONTENT_TYPE, kind).body("{\"name\": \"a\"}")).await;
        assert_eq!(refused.problem(415), "unsupported_media_type", "{kind}");
    }
    assert_eq!(send(create().body("{\"name\": \"a\"}")).await.status, 415, "without a kind");
    let kind = "Application/JSON; charset=utf-8";
    send(create().header(CONTENT_TYPE, kind).body("{\"name\": \"a\"}")).await.expect(201);

    let body = |size: usize| {
        let frame = json!({"name": "a", "description": ""}).to_string().len();
        json!({"name": "a", "description": " ".repeat(size - frame)})
    };
    assert_eq!(body(65_536).to_string().len(), 65_536);
    app.admin().create_session(&body(65_536)).await.expect(201);
    assert_eq!(app.admin().create_session(&body(65_537)).await.problem(413), "body_too_large");
}

async fn fields_that_do_not_fit_are_named_by_their_pointer(app: TestApp) {
    let room = Room::open(&app).await;
    let admin = &room.admin;
    for (body, expected) in [
        (json!({}), ""),
        (json!([]), ""),
        (json!({"name": 7}), "/name"),
        (json!({"name": " "}), "/name"),
        (json!({"name": "n".repeat(201)}), "/name"),
        (json!({"name": "a", "description": "d".repeat(2001)}), "/description"),
        (json!({"name": "a", "settings": {"max_participants": 0}}), "/settings/max_participants"),
        (
            json!({"name": "a", "settings": {"max_participants": 200_001}}),
            "/settings/max_participants",
        ),
        (json!({"name": "a", "settings": {"profanity": "loud"}}), "/settings/profanity"),
        (json!({"name": "a", "settings": {"locale": "x"}}), "/settings/locale"),
    ] {
        assert_eq!(pointers(&admin.create_session(&body).await), [expected], "{body}");
    }
    let option = json!({"label": "x"});
    for (body, expected) in [
        (json!({"type": "pol", "title": "T", "config": {}}), "/type"),
        (json!({"type": "poll", "title": "", "config": {"kind": "text"}}), "/title"),
        (json!({"type": "poll", "title": "T"}), ""),
        (json!({"type": "poll", "title": "T", "config": 7}), "/config"),
        (json!({"type": "poll", "title": "T", "config": {"kind": "x"}}), "/config/kind"),
        (
            json!({"type": "poll", "title": "T", "config": {"kind": "choice", "options": [option]}}),
            "/config/options",
        ),
        (
            json!({"type": "poll", "title": "T", "config": {"kind": "choice", "options": [option, {"label": ""}]}}),
            "/config/options/1/label",
        ),
        (
            json!({"type": "poll", "title": "T", "config": {"kind": "text", "duration_s": 0}}),
            "/config/duration_s",
        ),
        (
            json!({"type": "quiz", "title": "T", "config": {"questions": [{"kind": "numeric", "prompt": "P"}]}}),
            "/config/questions/0/correct",
        ),
    ] {
        assert_eq!(pointers(&admin.create_activity(&room.id, &body).await), [expected], "{body}");
    }
    let both = json!({"name": "", "settings": {"max_participants": 0}});
    let both = pointers(&admin.create_session(&both).await);
    assert_eq!(both, ["/name", "/settings/max_participants"], "all that is wrong at once");
}

async fn unknown_fields_are_refused_everywhere(app: TestApp) {
    let room = Room::open(&app).await;
    let poll = room.run_choice().await;
    let ana = room.join("Ana").await;
    let (admin, id) = (&room.admin, &room.id);
    let typo = |mut body: Value| {
        body["typo"] = json!(1);
        body
    };
    let replies = [
        admin.create_session(&typo(json!({"name": "a"}))).await,
        admin.edit_session(id, &typo(json!({}))).await,
        admin.create_session(&json!({"name": "a", "settings": {"typo": 1}})).await,
        admin.create_activity(id, &typo(json!({"type": "poll", "title": "T", "config": {}}))).await,
        admin
            .create_activity(
                id,
                &json!({"type": "poll", "title": "T", "config": {"kind": "text", "typo": 1}}),
            )
            .await,
        admin.edit_activity(id, &poll, &typo(json!({}))).await,
        admin.order_activities(id, &typo(json!({"ids": [poll]}))).await,
        admin.control(id, &poll, &typo(json!({"action": "reveal"}))).await,
        admin.announce(id, &typo(json!({"text": ""}))).await,
        admin
            .set_screen(id, &typo(json!({"qr": "off", "results": true, "leaderboard": true})))
            .await,
        admin.join(id, &typo(json!({"nickname": "Ben"}))).await,
        admin.edit_participant(id, &ana.id, &typo(json!({}))).await,
        ana.client.edit_me(id, &typo(json!({}))).await,
        ana.answer(&poll, typo(json!({"choices": ["a"]}))).await,
    ];
    for (n, reply) in replies.iter().enumerate() {
        let pointers = pointers(reply);
        assert!(pointers.iter().all(|pointer| pointer.ends_with("/typo")), "{n}: {pointers:?}");
    }
}

async fn parameters_that_do_not_fit_are_problems_too(app: TestApp) {
    let room = Room::open(&app).await;
    let poll = room.run_choice().await;
    let ana = room.join("Ana").await;
    for (query, expected) in [
        ("?limit=0", "limit"),
        ("?limit=201", "limit"),
        ("?limit=x", "limit"),
        ("?cursor=%25%25", "cursor"),
        ("?status=asleep", "status"),
    ] {
        assert_eq!(pointers(&room.admin.sessions(query).await), [expected], "{query}");
        if expected != "status" {
            let people = room.runner.participants(&room.id, query).await;
            assert_eq!(pointers(&people), [expected], "{query}");
        }
    }
    let withdrawn = ana.client.withdraw(&room.id, &poll, "?round=x").await;
    assert_eq!(pointers(&withdrawn), ["round"]);
    let removed = room.runner.remove_participant(&room.id, &ana.id, "?ban=perhaps").await;
    assert_eq!(pointers(&removed), ["ban"]);
    let revision = room.admin.edit_session_at(&room.id, "7", &json!({})).await;
    assert_eq!(pointers(&revision), ["If-Match"]);
}

async fn a_wrong_method_says_which_are_right(app: TestApp) {
    let room = Room::open(&app).await;
    let session = format!("/api/v1/sessions/{}", room.id);
    for (method, path, allowed) in [
        (Method::PUT, "/api/v1/sessions".to_owned(), "GET, HEAD, POST"),
        (Method::POST, session.clone(), "DELETE, GET, HEAD, PATCH"),
        (Method::POST, format!("{session}/state"), "GET, HEAD"),
        (Method::GET, format!("{session}/open"), "POST"),
        (Method::PATCH, format!("{session}/participants"), "GET, HEAD, POST"),
        (Method::DELETE, "/health/ready".to_owned(), "GET, HEAD"),
    ] {
        let refused = room.admin.send(method, &path, None).await;
        assert_eq!(refused.problem(405), "method_not_allowed", "{path}");
        assert_eq!(refused.header("allow"), Some(allowed), "{path}");
    }
}

async fn what_is_not_there_is_a_problem_too(app: TestApp) {
    let room = Room::open(&app).await;
    let none = uuid::Uuid::now_v7().to_string();
    let ana = room.join("Ana").await;
    let replies = [
        app.anyone().get("/api/v1/nothing").await,
        app.anyone().get("/api/v2/sessions").await,
        app.anyone().get("/nothing").await,
        room.admin.session(&none).await,
        room.admin.session("not-an-id").await,
        room.admin.delete_session(&none).await,
        room.admin.activity(&room.id, &none).await,
        room.admin.edit_activity(&room.id, &none, &json!({})).await,
        room.admin.delete_activity(&room.id, "7").await,
        room.runner.step(&room.id, &none, "activate").await,
        room.runner.control(&room.id, &none, &json!({"action": "reveal"})).await,
        ana.answer(&none, json!({"choices": ["a"]})).await,
        ana.client.withdraw(&room.id, &none, "").await,
        room.runner.edit_participant(&room.id, &none, &json!({})).await,
        room.runner.remove_participant(&room.id, &none, "").await,
        room.admin.revoke_runner(&room.id, &none).await,
        app.anyone().join(&none, &json!({"nickname": "Ana"})).await,
        app.anyone().check_nickname(&none, "Ana").await,
        app.anyone().qr(&none, "svg").await,
        app.anyone().invitation("000000").await,
        app.anyone().invitation("12345x").await,
        app.anyone().invitation("1").await,
    ];
    for (n, reply) in replies.iter().enumerate() {
        assert_eq!(reply.status, 404, "{n}: {}", reply.text());
        assert_eq!(reply.problem(404), "not_found");
    }
}

async fn credentials_decide_between_401_and_403(app: TestApp) {
    let room = Room::open(&app).await;
    let other = Room::open(&app).await;
    let poll = room.run_choice().await;
    let (ana, stranger) = (room.join("Ana").await, app.another_admin().await);
    let nobody = app.anyone();
    let id = &room.id;
    for reply in [
        nobody.session(id).await,
        nobody.create_session(&json!({"name": "a"})).await,
        nobody.me(id).await,
        nobody.answer(id, &poll, &json!({"choices": ["a"]})).await,
        nobody.step(id, &poll, "expire").await,
        nobody.activity_types().await,
        nobody.bearing(&ana.id).me(id).await,
        nobody.bearing("").session(id).await,
    ] {
        assert_eq!(reply.problem(401), "unauthorized");
        assert_eq!(reply.header("www-authenticate"), Some("Bearer"));
    }
    for reply in [
        stranger.session(id).await,
        stranger.delete_session(id).await,
        stranger.control(id, &poll, &json!({"action": "reveal"})).await,
        other.runner.step(id, &poll, "expire").await,
        other.runner.participants(id, "").await,
        room.runner.session(id).await,
        room.runner.sessions("").await,
        room.runner.activities(id).await,
        room.runner.activity(id, &poll).await,
        room.runner.edit_activity(id, &poll, &json!({"title": "T"})).await,
        room.runner.mint_runner(id).await,
        room.runner.open(id).await,
        room.runner.answer(id, &poll, &json!({"choices": ["a"]})).await,
        room.runner.me(id).await,
        ana.client.session(id).await,
        ana.client.control(id, &poll, &json!({"action": "reveal"})).await,
        ana.client.step(id, &poll, "expire").await,
        ana.client.participants(id, "").await,
        ana.client.me(&other.id).await,
        ana.client.answer(&other.id, &poll, &json!({"choices": ["a"]})).await,
        room.admin.me(id).await,
    ] {
        assert_eq!(reply.problem(403), "forbidden");
    }
    assert_eq!(stranger.sessions("").await.expect(200)["items"], json!([]));
}

async fn every_response_but_a_good_poll_has_a_request_id(app: TestApp) {
    let room = Room::open(&app).await;
    let ana = room.join("Ana").await;
    let good = format!("/api/v1/sessions/{}/state", room.id);
    let given = |path: &str| {
        let request = ana.client.request(Method::GET, path);
        async move { send(request.header("x-request-id", "a-trace-7")).await }
    };
    for path in [
        format!("/api/v1/sessions/{}/me", room.id),
        format!("/api/v1/sessions/{}", room.id),
        format!("{good}?wait=99"),
        "/api/v1/nothing".into(),
        "/api/v1/openapi.json".into(),
        "/health/live".into(),
        "/docs/".into(),
        "/".into(),
    ] {
        assert_eq!(given(&path).await.header("x-request-id"), Some("a-trace-7"), "{path}");
        let own = ana.client.get(&path).await.header("x-request-id").unwrap_or_default().to_owned();
        assert!(uuid::Uuid::try_parse(&own).is_ok(), "{path}: {own:?}");
    }
    assert_eq!(given(&good).await.header("x-request-id"), None);
    let long = "x".repeat(200);
    let request = ana.client.request(Method::GET, "/health/live").header("x-request-id", &long);
    assert_ne!(send(request).await.header("x-request-id"), Some(&*long));
}

async fn odd_characters_are_stored_or_refused_but_never_an_error(app: TestApp) {
    let admin = app.admin();
    let nul = admin.create_session(&json!({"name": "a\u{0}b"})).await;
    assert_eq!(pointers(&nul), ["/name"]);
    let nul = admin.create_session(&json!({"name": "a", "description": "\u{0}"})).await;
    assert_eq!(pointers(&nul), ["/description"]);
    let session =
        admin.create_session(&json!({"name": "100 % \\ _ 🎉 «ñ» ' \""})).await.expect(201);
    let id = session["id"].as_str().unwrap();
    assert_eq!(pointers(&admin.edit_session(id, &json!({"name": "\u{0}"})).await), ["/name"]);
    for (part, found) in
        [("%25%20%5C%20_", 1), ("%F0%9F%8E%89", 1), ("%25%25", 0), ("%00", 0), ("__", 0), ("'", 1)]
    {
        let listed = admin.sessions(&format!("?q={part}")).await.expect(200);
        assert_eq!(listed["items"].as_array().unwrap().len(), found, "{part}");
    }
    admin.edit_session(id, &json!({"description": "«ñ»"})).await.expect(200);
    let nickname = admin.join(id, &json!({"nickname": "A\u{0}"})).await;
    assert_eq!(pointers(&nickname), ["/nickname"]);
    let poll = json!({"type": "poll", "title": "\u{0}", "config": {"kind": "text"}});
    assert!(matches!(admin.create_activity(id, &poll).await.status, 201 | 422));
    admin.session(id).await.expect(200);
}
