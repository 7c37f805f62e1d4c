//! Sessions: created, listed, changed, opened, completed, duplicated, deleted.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    app::TestApp,
    client::send,
    crowd::at_once,
    on_both, on_one,
    room::{Room, choice},
    secrets::fields,
};

on_both! {
    lists_are_paged_newest_first_and_searched,
    a_code_is_free_again_once_its_session_is_completed,
    every_write_is_refused_at_another_revision,
    people_are_counted_as_of_the_last_answer,
}

on_one! {
    a_new_session_has_its_defaults_and_a_place,
    a_session_goes_from_draft_to_active_to_completed,
    a_completed_session_is_read_only,
    an_edit_changes_what_it_names_at_its_revision_only,
    settings_that_are_left_out_stay,
    a_body_that_says_nothing_may_be_left_out,
    a_duplicate_has_the_activities_and_nobody_in_it,
    a_deleted_session_is_gone_for_everybody,
    a_qr_code_leads_to_the_session,
}

async fn a_new_session_has_its_defaults_and_a_place(app: TestApp) {
    let reply = app.admin().create_session(&json!({"name": "  All hands "})).await;
    let session = reply.expect(201);
    let id = session["id"].as_str().unwrap();
    assert_eq!(reply.header("location"), Some(&*format!("/api/v1/sessions/{id}")));
    let names = [
        "activity_count",
        "code",
        "completed_at",
        "created_at",
        "description",
        "id",
        "join_url",
        "name",
        "opened_at",
        "participant_count",
        "revision",
        "settings",
        "status",
    ];
    assert_eq!(fields(&session), names);
    let settings = json!({
        "max_participants": 5000, "late_join": true, "profanity": "mask", "show_names": true,
        "locale": null,
    });
    assert_eq!(session["settings"], settings);
    assert_eq!((&session["name"], &session["status"]), (&json!("All hands"), &json!("draft")));
    let code = session["code"].as_str().unwrap();
    assert!(code.len() == 6 && code.bytes().all(|digit| digit.is_ascii_digit()), "{code}");
    assert_eq!(session["join_url"], format!("http://caja.example/j/{code}"));
    let created_at = session["created_at"].as_str().unwrap();
    assert!(created_at.len() == 24 && created_at.ends_with('Z'), "{created_at}");
    let mut detail = app.admin().session(id).await.expect(200);
    assert_eq!(detail.as_object_mut().unwrap().remove("activities"), Some(json!([])));
    assert_eq!(detail, session);
    let edge = json!({"name": "ñ".repeat(200), "settings": {"max_participants": 200_000, "locale": "es-MX"}});
    app.admin().create_session(&edge).await.expect(201);
}

async fn lists_are_paged_newest_first_and_searched(app: TestApp) {
    let admin = app.admin();
    let mut names: Vec<String> = vec![];
    for n in 0..7 {
        names.insert(0, format!("Retro {n}"));
        let body = json!({"name": names[0], "description": if n == 3 { "Árbol" } else { "" }});
        let created = admin.create_session(&body).await.expect(201);
        if n == 5 {
            admin.open(created["id"].as_str().unwrap()).await.expect(200);
        }
    }
    let mut found = vec![];
    let mut query = "?limit=3".to_owned();
    let mut pages = 0;
    loop {
        let page = admin.sessions(&query).await.expect(200);
        let items = page["items"].as_array().unwrap();
        found.extend(items.iter().map(|it| it["name"].as_str().unwrap().to_owned()));
        pages += 1;
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        query = format!("?limit=3&cursor={cursor}");
    }
    assert_eq!((found, pages), (names, 3));
    for (query, count) in [
        ("", 7),
        ("?q=retro%206", 1),
        ("?q=RETRO", 7),
        ("?q=%C3%A1RBOL", 1),
        ("?q=nothing", 0),
        ("?status=active", 1),
        ("?status=draft", 6),
        ("?status=completed", 0),
        ("?limit=200", 7),
        ("?q=&utm_source=mail", 7),
    ] {
        let page = admin.sessions(query).await.expect(200);
        assert_eq!(page["items"].as_array().unwrap().len(), count, "{query}");
        assert_eq!(page["next_cursor"], Value::Null, "{query}");
    }
    let exact = admin.sessions("?limit=7").await.expect(200);
    assert_eq!(exact["next_cursor"], Value::Null, "nothing comes after the last");
    let code = exact["items"][2]["code"].as_str().unwrap();
    let by_code = admin.sessions(&format!("?q={code}")).await.expect(200);
    assert_eq!(by_code["items"][0]["name"], exact["items"][2]["name"]);
}

async fn a_session_goes_from_draft_to_active_to_completed(app: TestApp) {
    let room = Room::draft_with(&app, json!({})).await;
    let (admin, id) = (&room.admin, &room.id);
    assert_eq!(admin.complete(id).await.problem(409), "invalid_transition");
    let opened = admin.open(id).await.expect(200);
    assert_eq!(opened["status"], "active");
    assert!(opened["opened_at"].is_string());
    assert_eq!(admin.open(id).await.expect(200), opened, "repeating changes nothing");
    let poll = room.run_choice().await;
    let completed = admin.complete(id).await.expect(200);
    assert_eq!(completed["status"], "completed");
    assert_eq!(admin.complete(id).await.expect(200), completed, "repeating changes nothing");
    let again = completed["revision"].as_u64().unwrap().to_string();
    let request = admin.request(reqwest::Method::POST, &format!("/api/v1/sessions/{id}/complete"));
    let again = request.header("if-match", format!("\"{again}\""));
    crate::client::send(again).await.expect(200);
    assert_eq!(admin.open(id).await.problem(409), "session_completed");
    let detail = admin.session(id).await.expect(200);
    assert_eq!(detail["activities"][0]["status"], "expired", "what ran has ended");
    assert_eq!(room.frame().await["activity"]["id"], poll);
}

async fn a_completed_session_is_read_only(app: TestApp) {
    let room = Room::open(&app).await;
    let ana = room.join("Ana").await;
    let poll = room.run_choice().await;
    ana.answer(&poll, json!({"choices": ["a"]})).await.expect(201);
    room.admin.complete(&room.id).await.expect(200);
    let (admin, id) = (&room.admin, &room.id);
    for refused in [
        admin.edit_session(id, &json!({"name": "x"})).await,
        admin.create_activity(id, &json!({"type": "poll", "title": "T", "config": choice()})).await,
        admin.edit_activity(id, &poll, &json!({"title": "T"})).await,
        admin.delete_activity(id, &poll).await,
        admin.step(id, &poll, "reopen").await,
        admin.control(id, &poll, &json!({"action": "reveal"})).await,
        admin.announce(id, &json!({"text": "x"})).await,
        admin.join(id, &json!({"nickname": "Ben"})).await,
        admin.join(id, &json!({"nickname": "Ana", "client_id": ana.client_id})).await,
        ana.client.edit_me(id, &json!({"nickname": "Anna"})).await,
    ] {
        assert_eq!(refused.problem(409), "session_completed");
    }
    let late = ana.answer(&poll, json!({"choices": ["b"]})).await;
    assert_eq!(late.problem(409), "not_accepting");
    // A phone that never heard that its answer was accepted may still ask.
    ana.answer(&poll, json!({"choices": ["a"]})).await.expect(200);
    assert_eq!(ana.me().await["answers"][&poll], json!({"choices": ["a"]}));
    assert_eq!(ana.frame().await["session"]["status"], "completed");
}

async fn a_code_is_free_again_once_its_session_is_completed(app: TestApp) {
    let room = Room::open_with(&app, json!({"locale": "es"})).await;
    let anyone = app.anyone();
    room.join("Ana").await;
    let expected = json!({
        "session_id": room.id, "name": "All hands", "status": "active", "locale": "es",
    });
    let mut invitation = anyone.invitation(&room.code).await.expect(200);
    invitation.as_object_mut().unwrap().remove("participant_count");
    assert_eq!(invitation, expected);
    assert_eq!(anyone.invitation(&room.code).await.json()["participant_count"], 1);

    room.admin.complete(&room.id).await.expect(200);

    assert_eq!(anyone.invitation(&room.code).await.problem(404), "not_found");
    let many = at_once(0..20, |_| app_session(&app)).await;
    let codes: std::collections::BTreeSet<_> = many.iter().collect();
    assert_eq!(codes.len(), 20, "codes are unique");
}

async fn app_session(app: &TestApp) -> String {
    let session = app.admin().create_session(&json!({"name": "a"})).await.expect(201);
    session["code"].as_str().unwrap().to_owned()
}

async fn an_edit_changes_what_it_names_at_its_revision_only(app: TestApp) {
    let room = Room::open(&app).await;
    let (admin, id) = (&room.admin, &room.id);
    let revision = admin.session(id).await.json()["revision"].as_u64().unwrap();
    let edited =
        admin.edit_session_at(id, &format!("\"{revision}\""), &json!({"name": "New"})).await;
    assert_eq!(edited.expect(200)["revision"], revision + 1);
    let stale =
        admin.edit_session_at(id, &format!("\"{revision}\""), &json!({"name": "Old"})).await;
    assert_eq!(stale.problem(409), "stale_revision");
    assert_eq!(admin.session(id).await.json()["name"], "New");
    admin.edit_session_at(id, "*", &json!({"description": "What for"})).await.expect(200);
    let settings = json!({"settings": {"show_names": false}});
    let edited = admin.edit_session(id, &settings).await.expect(200);
    assert_eq!((&edited["name"], &edited["description"]), (&json!("New"), &json!("What for")));
    assert_eq!(edited["settings"]["show_names"], false);
    assert_eq!(room.frame().await["session"]["name"], "New");
    let cleared = admin.edit_session(id, &json!({"description": null})).await.expect(200);
    assert_eq!(cleared["description"], Value::Null);
}

async fn settings_that_are_left_out_stay(app: TestApp) {
    let settings = json!({"max_participants": 7, "profanity": "review", "show_names": false});
    let room = Room::open_with(&app, settings).await;
    let edit = async |settings: Value| {
        room.admin.edit_session(&room.id, &json!({ "settings": settings })).await
    };
    let expected = json!({
        "max_participants": 7, "late_join": true, "profanity": "review", "show_names": false,
        "locale": "es",
    });
    assert_eq!(edit(json!({"locale": "es"})).await.expect(200)["settings"], expected);
    assert_eq!(edit(json!({})).await.expect(200)["settings"], expected);
    let cleared = edit(json!({"locale": null, "late_join": false})).await.expect(200);
    assert_eq!(
        cleared["settings"],
        json!({
            "max_participants": 7, "late_join": false, "profanity": "review",
            "show_names": false, "locale": null,
        })
    );
    for wrong in [
        json!({"max_participants": null}),
        json!({"max_participants": 0}),
        json!({"profanity": null}),
        json!({"typo": 1}),
    ] {
        assert_eq!(edit(wrong.clone()).await.problem(422), "validation", "{wrong}");
    }
    assert_eq!(room.admin.session(&room.id).await.json()["settings"], cleared["settings"]);
}

async fn every_write_is_refused_at_another_revision(app: TestApp) {
    let room = Room::open(&app).await;
    let (admin, session) = (&room.admin, format!("/api/v1/sessions/{}", room.id));
    let revision = async || admin.session(&room.id).await.json()["revision"].as_u64().unwrap();
    let poll = room.draft("poll", choice()).await;
    let spare = room.draft("poll", choice()).await;
    let activity = format!("{session}/activities/{poll}");
    let (post, put) = (Method::POST, Method::PUT);
    let more = json!({"type": "poll", "title": "More", "config": choice()});
    let screen = json!({"qr": "off", "results": true, "leaderboard": false});
    for (method, path, body) in [
        (&post, format!("{activity}/publish"), None),
        (&post, format!("{activity}/unpublish"), None),
        (&post, format!("{activity}/activate"), None),
        (&post, format!("{activity}/control"), Some(json!({"action": "reveal"}))),
        (&post, format!("{activity}/expire"), None),
        (&post, format!("{activity}/reopen"), None),
        (&put, format!("{session}/screen"), Some(screen)),
        (&put, format!("{session}/announcement"), Some(json!({"text": "Coffee"}))),
        (&put, format!("{session}/activities/order"), Some(json!({ "ids": [poll, spare] }))),
        (&post, format!("{session}/open"), None),
        (&Method::PATCH, activity.clone(), Some(json!({"title": "Other"}))),
        (&Method::DELETE, format!("{session}/activities/{spare}"), None),
        (&post, format!("{session}/activities"), Some(more)),
        (&post, format!("{session}/complete"), None),
        (&Method::DELETE, session.clone(), None),
    ] {
        let before = (revision().await, room.frame().await);
        for wrong in [before.0 - 1, before.0 + 1, u64::MAX >> 1] {
            let wrong = format!("\"{wrong}\"");
            let stale = admin.send_at(method.clone(), &path, &wrong, body.as_ref()).await;
            assert_eq!(stale.problem(409), "stale_revision", "{method} {path}");
        }
        let invalid = admin.send_at(method.clone(), &path, "7", body.as_ref()).await;
        assert_eq!(invalid.problem(422), "validation", "{method} {path}");
        assert_eq!((revision().await, room.frame().await), before, "nothing was done");
        let right = format!("\"{}\"", before.0);
        let done = admin.send_at(method.clone(), &path, &right, body.as_ref()).await;
        assert!(matches!(done.status, 200 | 201 | 204), "{method} {path}: {}", done.text());
    }
    assert_eq!(admin.session(&room.id).await.problem(404), "not_found");
}

async fn people_are_counted_as_of_the_last_answer(app: TestApp) {
    let room = Room::open(&app).await;
    let counts = async || {
        let invitation = app.anyone().invitation(&room.code).await.expect(200);
        let list = room.admin.sessions("").await.expect(200);
        let session = room.admin.session(&room.id).await.expect(200);
        [&invitation, &list["items"][0], &session].map(|it| it["participant_count"].clone())
    };
    let mut people = vec![];
    for n in 1..=4 {
        people.push(room.join(&format!("Somebody {n}")).await);
        assert_eq!(counts().await, [n, n, n]);
    }
    people[0].client.leave(&room.id).await.expect(204);
    assert_eq!(counts().await, [3, 3, 3]);
    room.runner.remove_participant(&room.id, &people[1].id, "").await.expect(204);
    assert_eq!(counts().await, [2, 2, 2]);
}

async fn a_body_that_says_nothing_may_be_left_out(app: TestApp) {
    let room = Room::draft_with(&app, json!({})).await;
    let session = format!("/api/v1/sessions/{}", room.id);
    let poll = room.draft("poll", choice()).await;
    let activity = format!("{session}/activities/{poll}");
    let step = |step: &str| (format!("{activity}/{step}"), 200);
    for (path, status) in [
        (format!("{session}/open"), 200),
        (format!("{session}/duplicate"), 201),
        (format!("{session}/runner-tokens"), 201),
        step("publish"),
        step("unpublish"),
        step("activate"),
        step("expire"),
        step("reopen"),
        (format!("{session}/complete"), 200),
    ] {
        let post = async |kind: &str, body: &str| {
            let request = room.admin.request(Method::POST, &path);
            send(request.header("content-type", kind).body(body.to_owned())).await
        };
        let json = "application/json";
        let large = format!("{{{}}}", " ".repeat(70_000));
        for (kind, body, refused, code) in [
            (json, r#"{"nmae": 1}"#, 422, "validation"),
            (json, "[]", 422, "validation"),
            (json, "null", 422, "validation"),
            (json, "{", 400, "malformed_json"),
            (json, " ", 400, "malformed_json"),
            (json, &large, 413, "body_too_large"),
            ("text/plain", "{}", 415, "unsupported_media_type"),
        ] {
            assert_eq!(post(kind, body).await.problem(refused), code, "{path} {kind}");
        }
        for (kind, body) in [(json, "{}"), (json, " { } "), (json, ""), ("text/plain", "")] {
            post(kind, body).await.expect(status);
        }
        send(room.admin.request(Method::POST, &path)).await.expect(status);
    }
}

async fn a_duplicate_has_the_activities_and_nobody_in_it(app: TestApp) {
    let room = Room::open_with(&app, json!({"late_join": false})).await;
    let ana = room.join("Ana").await;
    let poll = room.run_choice().await;
    let key = json!([{"kind": "true_false", "prompt": "P", "correct": ["true"]}]);
    room.draft("quiz", json!({"questions": key})).await;
    assert_eq!(ana.answer(&poll, json!({"choices": ["a"]})).await.status, 201);

    let copy = room.admin.duplicate(&room.id).await.expect(201);

    assert_eq!((&copy["status"], &copy["participant_count"]), (&json!("draft"), &json!(0)));
    assert_ne!(copy["code"], room.code);
    assert_eq!(copy["settings"]["late_join"], false);
    let id = copy["id"].as_str().unwrap();
    let activities = room.admin.activities(id).await.expect(200);
    let originals = room.admin.activities(&room.id).await.expect(200);
    for (copy, original) in activities.as_array().unwrap().iter().zip(originals.as_array().unwrap())
    {
        assert_eq!((&copy["config"], &copy["title"]), (&original["config"], &original["title"]));
        assert_ne!(copy["id"], original["id"]);
        assert_eq!((&copy["status"], &copy["round"]), (&json!("draft"), &json!(1)));
    }
    assert_eq!(activities.as_array().unwrap().len(), 2);
    assert_eq!(ana.client.me(id).await.problem(403), "forbidden");
}

async fn a_deleted_session_is_gone_for_everybody(app: TestApp) {
    let room = Room::open(&app).await;
    let ana = room.join("Ana").await;
    let poll = room.run_choice().await;
    room.admin.delete_session(&room.id).await.expect(204);
    for reply in [
        room.admin.session(&room.id).await,
        room.admin.delete_session(&room.id).await,
        room.admin.state(&room.id, "").await,
        ana.client.state(&room.id, "").await,
        ana.client.me(&room.id).await,
        ana.answer(&poll, json!({"choices": ["a"]})).await,
        app.anyone().invitation(&room.code).await,
        app.anyone().qr(&room.id, "svg").await,
    ] {
        assert_eq!(reply.problem(404), "not_found");
    }
    let runner = room.runner.state(&room.id, "").await;
    assert!(matches!(runner.status, 401 | 404), "its tokens are gone with it");
}

async fn a_qr_code_leads_to_the_session(app: TestApp) {
    let room = Room::open(&app).await;
    let png = app.anyone().qr(&room.id, "png").await;
    assert_eq!((png.status, png.header("content-type")), (200, Some("image/png")));
    let image = png::Decoder::new(std::io::Cursor::new(&png.bytes));
    let mut image = image.read_info().unwrap();
    let (width, height) = (image.info().width, image.info().height);
    assert!(width == height && width >= 200, "{width} × {height}");
    let mut pixels = vec![0; image.output_buffer_size().unwrap()];
    image.next_frame(&mut pixels).unwrap();
    let row = pixels.len() / height as usize;
    // A quiet zone, then the finder pattern's seven dark modules.
    let dark = |x: usize, y: usize| pixels[y * row + x / 8] & (0x80 >> (x % 8)) == 0;
    assert!((0..40).all(|at| !dark(at, at)));
    assert!((40..110).all(|x| dark(x, 40)) && !dark(110, 40));
    let svg = app.anyone().qr(&room.id, "svg").await;
    assert_eq!((svg.status, svg.header("content-type")), (200, Some("image/svg+xml")));
    assert!(svg.text().contains("<svg") && svg.text().ends_with("</svg>"));
}
