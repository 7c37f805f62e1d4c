//! Getting in: nicknames, devices, limits.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::{app::TestApp, client::Reply, crowd::at_once, on_both, on_one, room::Room};

on_both! {
    a_full_session_takes_exactly_as_many_as_it_says,
    a_device_that_joins_many_times_at_once_is_one_person,
}

on_one! {
    a_nickname_is_taken_by_whoever_looks_like_it,
    of_many_with_the_same_nickname_at_once_one_gets_it,
    a_nickname_has_limits_and_a_normal_form,
    suggestions_can_be_had,
    a_late_comer_stays_outside_where_the_session_says_so,
    people_may_wait_in_the_lobby_of_a_draft,
    a_participant_id_proves_nothing,
}

async fn join(app: &TestApp, room: &Room, body: Value) -> Reply {
    app.anyone().join(&room.id, &body).await
}

async fn a_full_session_takes_exactly_as_many_as_it_says(app: TestApp) {
    let room = Room::open_with(&app, json!({"max_participants": 20})).await;
    let anyone = app.anyone();
    let replies = at_once(0..60, |n| {
        let (anyone, room) = (anyone.clone(), &room);
        async move { anyone.join(&room.id, &json!({"nickname": format!("Guest {n}")})).await }
    })
    .await;
    let inside: Vec<&Reply> = replies.iter().filter(|reply| reply.status == 201).collect();
    assert_eq!(inside.len(), 20);
    for refused in replies.iter().filter(|reply| reply.status != 201) {
        assert_eq!(refused.problem(409), "session_full");
    }
    room.sees("all", |it| it["participants"]["total"] == 20).await;
    // Who goes makes room for one.
    let gone = inside[0].json()["participant_id"].as_str().unwrap().to_owned();
    room.runner.remove_participant(&room.id, &gone, "").await.expect(204);
    join(&app, &room, json!({"nickname": "Next"})).await.expect(201);
    assert_eq!(join(&app, &room, json!({"nickname": "Last"})).await.problem(409), "session_full");
}

async fn a_device_that_joins_many_times_at_once_is_one_person(app: TestApp) {
    let room = Room::open(&app).await;
    let body = json!({"nickname": "Ana", "client_id": Uuid::new_v4()});
    let replies = at_once(0..20, |_| join(&app, &room, body.clone())).await;
    let fresh = replies.iter().filter(|reply| reply.status == 201).count();
    assert_eq!(fresh, 1, "a lost reply never makes a ghost");
    let bodies: BTreeSet<String> = replies.iter().map(|reply| reply.json().to_string()).collect();
    assert_eq!(bodies.len(), 1, "{bodies:?}");
    let other_name = json!({"nickname": "Anna", "client_id": body["client_id"]});
    assert_eq!(join(&app, &room, other_name).await.expect(200)["nickname"], "Ana");
    let listed = room.runner.participants(&room.id, "").await.expect(200);
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
}

async fn a_nickname_is_taken_by_whoever_looks_like_it(app: TestApp) {
    let room = Room::open(&app).await;
    room.join("Ana María").await;
    // Case, space, full width, and Cyrillic а.
    for alike in ["ANA MARÍA", " Ana   María ", "Ａna María", "Аnа María"] {
        let taken = join(&app, &room, json!({"nickname": alike})).await;
        assert_eq!(taken.problem(409), "nickname_taken", "{alike}");
        let suggestions = taken.json()["suggestions"].as_array().unwrap().clone();
        assert_eq!(suggestions.len(), 3);
        assert_eq!(suggestions[0].as_str().unwrap().chars().last(), Some('2'));
    }
    join(&app, &room, json!({"nickname": "Ana Maria"})).await.expect(201);
}

async fn of_many_with_the_same_nickname_at_once_one_gets_it(app: TestApp) {
    let room = Room::open(&app).await;
    let replies = at_once(0..20, |_| join(&app, &room, json!({"nickname": "Ana"}))).await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 201).count(), 1);
}

async fn a_nickname_has_limits_and_a_normal_form(app: TestApp) {
    let room = Room::open(&app).await;
    let family = "👨‍👩‍👧";
    for (raw, shown) in [
        ("  Ana \t María ".to_owned(), "Ana María".to_owned()),
        ("ﬁn".to_owned(), "fin".to_owned()),
        ("ñ".repeat(40), "ñ".repeat(40)),
        (family.repeat(40), family.repeat(40)),
    ] {
        let joined = join(&app, &room, json!({"nickname": raw})).await;
        assert_eq!(joined.expect(201)["nickname"], shown);
    }
    for raw in [
        "".to_owned(),
        " \u{200d} ".to_owned(),
        "n".repeat(41),
        family.repeat(41),
        "a\u{0}b".to_owned(),
        "a\nb\u{7}".to_owned(),
        "a\u{202e}b".to_owned(),
        format!("z{}", "\u{0317}".repeat(9)),
    ] {
        let refused = join(&app, &room, json!({"nickname": raw})).await;
        assert_eq!(refused.problem(422), "validation", "{raw:?}");
        assert_eq!(refused.json()["errors"][0]["pointer"], "/nickname");
    }
    let odd = join(&app, &room, json!({"nickname": "Ben", "client_id": "mine"})).await;
    assert_eq!(odd.json()["errors"][0]["pointer"], "/client_id");
}

async fn suggestions_can_be_had(app: TestApp) {
    let room = Room::open(&app).await;
    room.join("Ana").await;
    let free = app.anyone().check_nickname(&room.id, "%20Ben%20").await.expect(200);
    assert_eq!(free, json!({"available": true, "normalized": "Ben", "suggestions": []}));
    let taken = app.anyone().check_nickname(&room.id, "ana").await.expect(200);
    assert_eq!((&taken["available"], &taken["normalized"]), (&json!(false), &json!("ana")));
    for suggestion in taken["suggestions"].as_array().unwrap() {
        join(&app, &room, json!({"nickname": suggestion})).await.expect(201);
    }
    for wrong in ["%00", "%E2%80%AEx", &"n".repeat(41)] {
        let refused = app.anyone().check_nickname(&room.id, wrong).await;
        assert_eq!(refused.problem(422), "validation", "{wrong}");
    }
    let bytes = app.anyone().check_nickname(&room.id, "%FF").await;
    assert!(matches!(bytes.status, 200 | 404 | 422), "{}", bytes.text());
    assert_ne!(bytes.header("content-type"), Some("text/plain; charset=utf-8"));
}

async fn a_late_comer_stays_outside_where_the_session_says_so(app: TestApp) {
    let room = Room::open_with(&app, json!({"late_join": false})).await;
    let ana = room.join("Ana").await;
    let poll = room.run_choice().await;
    room.step(&poll, "expire").await;
    let late = join(&app, &room, json!({"nickname": "Ben"})).await;
    assert_eq!(late.problem(409), "joining_closed");
    let again = json!({"nickname": "Ana", "client_id": ana.client_id});
    assert_eq!(join(&app, &room, again).await.expect(200)["participant_token"], ana.token);
}

async fn people_may_wait_in_the_lobby_of_a_draft(app: TestApp) {
    let room = Room::draft_with(&app, json!({})).await;
    let ana = room.join("Ana").await;
    assert_eq!(ana.frame().await["session"]["status"], "draft");
    assert_eq!(app.anyone().invitation(&room.code).await.json()["status"], "draft");
    room.admin.open(&room.id).await.expect(200);
    assert_eq!(ana.frame().await["session"]["status"], "active");
}

async fn a_participant_id_proves_nothing(app: TestApp) {
    let room = Room::open(&app).await;
    let ana = room.join("Ana").await;
    let as_ana = json!({"nickname": "Ben", "client_id": ana.id});
    let ben = join(&app, &room, as_ana).await.expect(201);
    assert_ne!(ben["participant_id"], ana.id);
    let bodies = [
        room.frame().await.to_string(),
        room.runner.participants(&room.id, "").await.text(),
        room.admin.session(&room.id).await.text(),
        ana.me().await.to_string(),
    ];
    crate::secrets::assert_hidden(&bodies, &[&ana.client_id, &ana.token]);
}
