//! Who is there: listed, renamed, sent away, watching.

use serde_json::{Value, json};

use crate::{
    app::TestApp,
    crowd::crowd,
    on_both, on_one,
    room::{Phone, Room},
    secrets::fields,
};

on_both! {
    who_is_removed_is_out_at_once_and_for_good,
}

on_one! {
    people_are_listed_in_pages_and_searched,
    people_are_renamed_by_themselves_and_by_the_runner,
    who_leaves_is_out_and_may_come_back_as_somebody_new,
    a_banned_device_does_not_come_back,
    a_spectator_watches_and_is_not_waited_for,
    who_became_a_spectator_may_repeat_what_they_said,
    nobody_is_online_who_is_not_there,
    a_runner_token_is_shown_once_and_dead_once_revoked,
}

fn names(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().unwrap().iter();
    items.map(|it| it["nickname"].as_str().unwrap().to_owned()).collect()
}

async fn people_are_listed_in_pages_and_searched(app: TestApp) {
    let room = Room::open(&app).await;
    for n in 0..5 {
        room.join(&format!("Guest {n}")).await;
    }
    room.join("Ñandú").await;
    let mut found = vec![];
    let mut query = "?limit=4".to_owned();
    loop {
        let page = room.runner.participants(&room.id, &query).await.expect(200);
        found.extend(names(&page));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        query = format!("?limit=4&cursor={cursor}");
    }
    assert_eq!(found, ["Guest 0", "Guest 1", "Guest 2", "Guest 3", "Guest 4", "Ñandú"]);
    for (q, count) in [("guest", 5), ("%C3%B1ANDU", 0), ("%C3%B1AND%C3%9A", 1), ("3", 1), ("", 6)] {
        let page = room.admin.participants(&room.id, &format!("?q={q}")).await.expect(200);
        assert_eq!(names(&page).len(), count, "{q}");
    }
    let page = room.runner.participants(&room.id, "").await.expect(200);
    let fields_of_one =
        ["joined_at", "last_seen_at", "nickname", "participant_id", "spectator", "status"];
    assert_eq!(fields(&page["items"][0]), fields_of_one);
    assert_eq!(page["items"][0]["status"], "online");
}

async fn people_are_renamed_by_themselves_and_by_the_runner(app: TestApp) {
    let room = Room::open(&app).await;
    let phones = crowd(&room, 2).await;
    let (ana, ben) = (&phones[0], &phones[1]);
    let me = ana.client.edit_me(&room.id, &json!({"nickname": " Ana "})).await.expect(200);
    assert_eq!(me["nickname"], "Ana");
    assert_eq!(ana.me().await["nickname"], "Ana");
    let same = ana.client.edit_me(&room.id, &json!({"nickname": "ANA"})).await.expect(200);
    assert_eq!(same["nickname"], "ANA", "one's own name is not taken");
    let taken = ben.client.edit_me(&room.id, &json!({"nickname": "ana"})).await;
    assert_eq!(taken.problem(409), "nickname_taken");
    assert_eq!(taken.json()["suggestions"].as_array().unwrap().len(), 3);
    let renamed =
        room.runner.edit_participant(&room.id, &ben.id, &json!({"nickname": "Ben"})).await;
    assert_eq!(renamed.expect(200)["nickname"], "Ben");
    assert_eq!(ben.me().await["nickname"], "Ben");
    room.join("Guest 1").await;
    let is_there = |it: &Value| {
        let latest = it["participants"]["latest"].as_array();
        latest.is_some_and(|latest| latest.iter().any(|person| person["nickname"] == "Ben"))
    };
    room.sees("the new name", is_there).await;
}

async fn who_leaves_is_out_and_may_come_back_as_somebody_new(app: TestApp) {
    let room = Room::open(&app).await;
    let ana = room.join("Ana").await;
    let poll = room.run_choice().await;
    ana.answer(&poll, json!({"choices": ["a"]})).await.expect(201);
    ana.client.leave(&room.id).await.expect(204);
    is_out(&ana, &poll, "unauthorized").await;
    let again = room.join_as(json!({"nickname": "Ana", "client_id": ana.client_id})).await;
    assert_ne!(again.id, ana.id);
    assert_eq!(again.me().await["answers"], json!({}));
    room.counts(1).await;
}

async fn is_out(phone: &Phone, poll: &str, code: &str) {
    for reply in [
        phone.client.state(&phone.session, "").await,
        phone.client.me(&phone.session).await,
        phone.answer(poll, json!({"choices": ["a"]})).await,
        phone.client.edit_me(&phone.session, &json!({"nickname": "Me"})).await,
        phone.client.leave(&phone.session).await,
    ] {
        assert_eq!(reply.problem(401), code);
    }
}

async fn who_is_removed_is_out_at_once_and_for_good(mut app: TestApp) {
    let room = Room::open(&app).await;
    let (ana, ben) = (room.join("Ana").await, room.join("Ben").await);
    let poll = room.run_choice().await;
    for phone in [&ana, &ben] {
        phone.answer(&poll, json!({"choices": ["a"]})).await.expect(201);
    }
    room.runner.remove_participant(&room.id, &ana.id, "").await.expect(204);
    is_out(&ana, &poll, "removed").await;
    let again = room.runner.remove_participant(&room.id, &ana.id, "").await;
    assert_eq!(again.problem(404), "not_found");
    room.counts(2).await;
    assert_eq!(names(&room.runner.participants(&room.id, "").await.json()), ["Ben"]);

    app.restart().await;

    let client = ana.client.at(&app.base);
    is_out(&Phone { client, ..ana }, &poll, "removed").await;
    let room = room.on(&app);
    room.counts(2).await;
}

async fn a_banned_device_does_not_come_back(app: TestApp) {
    let room = Room::open(&app).await;
    let ana = room.join("Ana").await;
    room.runner.remove_participant(&room.id, &ana.id, "?ban=true").await.expect(204);
    let body = json!({"nickname": "Somebody", "client_id": ana.client_id});
    assert_eq!(app.anyone().join(&room.id, &body).await.problem(403), "banned");
    room.join("Ana").await;
}

async fn a_spectator_watches_and_is_not_waited_for(app: TestApp) {
    let room = Room::open(&app).await;
    let wim = room.join_as(json!({"nickname": "Wim", "spectator": true})).await;
    let ana = room.join("Ana").await;
    assert_eq!(wim.me().await["spectator"], true);
    let table = room.run("poker", json!({})).await;
    let refused = wim.answer(&table, json!({"card": "5"})).await;
    assert_eq!(refused.problem(409), "not_accepting");
    assert_eq!(refused.json()["reason"], "spectator");
    room.sees("one is awaited", |it| it["results"]["total"] == 1).await;

    wim.client.edit_me(&room.id, &json!({"spectator": false})).await.expect(200);
    room.sees("two are awaited", |it| it["results"]["total"] == 2).await;
    wim.answer(&table, json!({"card": "5"})).await.expect(201);
    let ben = json!({"spectator": true});
    room.runner.edit_participant(&room.id, &ana.id, &ben).await.expect(200);
    room.sees("one is awaited", |it| it["results"]["total"] == 1).await;
}

async fn who_became_a_spectator_may_repeat_what_they_said(app: TestApp) {
    let room = Room::open(&app).await;
    let poll = room.run_choice().await;
    let ana = room.join("Ana").await;
    let said = json!({"choices": ["a"]});
    ana.answer(&poll, said.clone()).await.expect(201);
    ana.client.edit_me(&room.id, &json!({"spectator": true})).await.expect(200);
    let again = ana.answer(&poll, said.clone()).await.expect(200);
    assert_eq!(again["accepted"], true);
    for other in [json!({"choices": ["b"]}), json!({"choices": []}), json!({"rating": 1})] {
        let refused = ana.answer(&poll, other.clone()).await;
        assert_eq!(refused.problem(409), "not_accepting", "{other}");
        assert_eq!(refused.json()["reason"], "spectator", "{other}");
        assert_eq!(refused.json()["detail"], "the activity takes no answer: spectators only watch");
    }
    room.act(&poll, "lock").await;
    ana.answer(&poll, said).await.expect(200);
    assert_eq!(room.counts(1).await["results"]["counts"], json!({"a": 1, "b": 0, "c": 0}));
}

async fn nobody_is_online_who_is_not_there(app: TestApp) {
    let room = Room::open(&app).await;
    let mut people = vec![];
    for n in 0..5 {
        people.push(room.join(&format!("Somebody {n}")).await);
    }
    let all = |it: &Value| it["participants"]["online"] == 5 && it["participants"]["total"] == 5;
    room.sees("all are there", all).await;
    for (n, person) in people.iter().enumerate() {
        room.runner.remove_participant(&room.id, &person.id, "").await.expect(204);
        let people = room.frame().await["participants"].clone();
        let left = json!(4 - n);
        assert_eq!((&people["total"], &people["online"]), (&left, &left), "as soon as told");
    }
}

async fn a_runner_token_is_shown_once_and_dead_once_revoked(app: TestApp) {
    let room = Room::open(&app).await;
    let minted = room.admin.mint_runner(&room.id).await.expect(201);
    let token = minted["runner_token"].as_str().unwrap();
    assert!(token.len() >= 43, "128 bits and more: {token}");
    let url = format!("http://caja.example/run/{}#{token}", room.id);
    assert_eq!(minted["runner_url"], url);
    let listed = room.admin.runner_tokens(&room.id).await;
    assert_eq!(listed.expect(200)["items"].as_array().unwrap().len(), 2);
    assert_eq!(fields(&listed.json()["items"][0]), ["created_at", "token_id"]);
    assert!(!listed.text().contains(token));
    let second = app.anyone().bearing(token);
    second.state(&room.id, "").await.expect(200);

    let token_id = minted["token_id"].as_str().unwrap();
    room.admin.revoke_runner(&room.id, token_id).await.expect(204);

    assert_eq!(second.state(&room.id, "").await.problem(401), "unauthorized");
    assert_eq!(second.participants(&room.id, "").await.problem(401), "unauthorized");
    let again = room.admin.revoke_runner(&room.id, token_id).await;
    assert_eq!(again.problem(404), "not_found");
    room.runner.state(&room.id, "").await.expect(200);
    let other = Room::open(&app).await;
    let first = room.admin.runner_tokens(&room.id).await.json()["items"][0]["token_id"].clone();
    let elsewhere = other.admin.revoke_runner(&other.id, first.as_str().unwrap()).await;
    assert_eq!(elsewhere.problem(404), "not_found");
    for _ in 1..100 {
        room.admin.mint_runner(&room.id).await.expect(201);
    }
    assert_eq!(room.admin.mint_runner(&room.id).await.problem(409), "too_many_runner_tokens");
}
