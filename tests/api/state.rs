//! What everyone polls: versions, deltas and pacing.

use serde_json::{Value, json};

use crate::{
    app::TestApp,
    client::Reply,
    on_one,
    room::{Phone, Room},
    secrets::fields,
};

on_one! {
    a_frame_has_all_sections_of_its_view,
    an_unchanged_frame_is_304_without_a_body,
    tags_name_the_view_and_are_compared_weakly,
    a_delta_has_the_sections_that_changed_after_it,
    deltas_applied_by_the_rule_give_the_whole_frame,
    nothing_newer_is_an_empty_delta,
    an_unknown_since_gives_the_whole_frame,
    a_section_that_ended_is_null,
    a_completed_session_is_polled_rarely,
    versions_go_on_after_a_restart,
    the_number_of_people_moves_rarely_but_reaches_its_last_value,
    a_poll_that_can_not_be_understood_is_refused,
    another_session_is_nobodys_business,
    announcement_and_screen_are_shown_at_once,
    large_bodies_are_compressed_for_who_takes_that,
}

fn version(frame: &Value) -> u64 {
    frame["version"].as_u64().unwrap()
}

fn etag(reply: &Reply) -> String {
    reply.header("etag").unwrap().to_owned()
}

async fn someone(app: &TestApp) -> (Room, Phone) {
    let room = Room::open(app).await;
    let ana = room.join("Ana").await;
    room.runner.announce(&room.id, &json!({"text": "Hello"})).await.expect(204);
    (room, ana)
}

async fn a_frame_has_all_sections_of_its_view(app: TestApp) {
    let (room, ana) = someone(&app).await;
    let upcoming = room.draft("poll", crate::room::choice()).await;
    room.step(&upcoming, "publish").await;
    room.draft("poll", crate::room::choice()).await;

    let frame = ana.frame().await;
    let sections = [
        "activity",
        "announcement",
        "me_version",
        "participants",
        "results",
        "session",
        "upcoming",
        "version",
    ];
    assert_eq!(fields(&frame), sections);
    let session = ["code", "id", "join_url", "name", "settings", "status"];
    assert_eq!(fields(&frame["session"]), session);
    assert_eq!(frame["session"]["join_url"], format!("http://caja.example/j/{}", room.code));
    let brief = json!([{"id": upcoming, "type": "poll", "title": "Now"}]);
    assert_eq!(frame["upcoming"], brief, "drafts are nobody's business");
    assert_eq!(frame["participants"], json!({"total": 1}));

    let counted = |it: &Value| it["participants"]["total"] == 1;
    let frame = room.sees("who is there", counted).await;
    assert_eq!(
        frame["participants"]["latest"],
        json!([{"participant_id": ana.id, "nickname": "Ana"}])
    );
    assert_eq!(frame["participants"]["online"], 1);
    assert_eq!(frame["activities"].as_array().unwrap().len(), 2);
    assert_eq!(frame["screen"], json!({"qr": "corner", "results": false, "leaderboard": false}));
    assert_eq!(frame["pending_moderation"], 0);
    let by_admin = room.admin.state(&room.id, "").await.expect(200);
    assert_eq!(fields(&by_admin), fields(&frame), "the owner sees what the runner sees");
}

async fn an_unchanged_frame_is_304_without_a_body(app: TestApp) {
    let (room, ana) = someone(&app).await;
    for (client, pace) in [(&ana.client, "2000"), (&room.runner, "100")] {
        let (first, again) = unchanged(client, &room.id).await;
        assert_eq!(again.status, 304);
        assert!(again.bytes.is_empty());
        for reply in [&first, &again] {
            let time: u64 = reply.header("x-caja-time-ms").unwrap().parse().unwrap();
            assert!(time > 1_700_000_000_000);
            assert_eq!(reply.header("x-caja-poll-after-ms"), Some(pace));
            assert_eq!(reply.header("cache-control"), Some("private, no-cache"));
            assert_eq!(reply.header("vary"), Some("Authorization"));
            assert!(reply.header("x-request-id").is_none(), "polls are too many for that");
        }
        assert_eq!(etag(&first), etag(&again));
    }
}

/// Two polls in a row between which nothing happened. The runner's frame may still have to tell
/// who is there.
async fn unchanged(client: &crate::client::Client, session: &str) -> (Reply, Reply) {
    for _ in 0..5 {
        let first = client.state(session, "").await;
        let again = client.state_unless(session, "", &etag(&first)).await;
        if again.status == 304 {
            return (first, again);
        }
    }
    panic!("the frame changes all the time");
}

async fn tags_name_the_view_and_are_compared_weakly(app: TestApp) {
    let (room, ana) = someone(&app).await;
    let (reply, _) = unchanged(&ana.client, &room.id).await;
    let tag = etag(&reply);
    for same in [format!("W/{tag}"), format!("\"x\", W/{tag}"), "*".to_owned()] {
        assert_eq!(ana.client.state_unless(&room.id, "", &same).await.status, 304, "{same}");
    }
    let of_runner = etag(&room.runner.state(&room.id, "").await);
    for other in [of_runner, "\"p-1\"".to_owned(), "nonsense".to_owned()] {
        assert_eq!(ana.client.state_unless(&room.id, "", &other).await.status, 200, "{other}");
    }
}

async fn a_delta_has_the_sections_that_changed_after_it(app: TestApp) {
    let (room, ana) = someone(&app).await;
    let before = version(&ana.frame().await);
    room.runner.announce(&room.id, &json!({"text": "Lunch"})).await.expect(204);

    let delta = ana.client.state(&room.id, &format!("?since={before}")).await.expect(200);

    let after = version(&delta);
    assert!(before < after);
    assert_eq!(delta, json!({"version": after, "since": before, "announcement": "Lunch"}));
}

async fn deltas_applied_by_the_rule_give_the_whole_frame(app: TestApp) {
    let (room, ana) = someone(&app).await;
    let mut have = [ana.frame().await, room.frame().await];
    let mut poll = String::new();
    for step in 0..6 {
        match step {
            0 => poll = room.run_choice().await,
            1 => drop(ana.answer(&poll, json!({"choices": ["b"]})).await.expect(201)),
            2 => drop(room.act(&poll, "reveal").await),
            3 => drop(room.join("Ben").await),
            4 => drop(room.act(&poll, "reset").await),
            _ => drop(room.step(&poll, "expire").await),
        }
        for (have, client) in have.iter_mut().zip([&ana.client, &room.runner]) {
            let since = version(have);
            let delta = client.state(&room.id, &format!("?since={since}")).await.expect(200);
            assert_eq!(delta["since"], since);
            for (section, value) in delta.as_object().unwrap() {
                have[section] = value.clone();
            }
            have.as_object_mut().unwrap().remove("since");
            let whole = client.state(&room.id, "").await.expect(200);
            if version(&whole) == version(have) {
                assert_eq!(*have, whole, "step {step}");
            }
        }
    }
    assert_eq!(have[0]["activity"]["status"], "expired");
}

async fn nothing_newer_is_an_empty_delta(app: TestApp) {
    let (room, ana) = someone(&app).await;
    let have = version(&ana.frame().await);
    let delta = ana.client.state(&room.id, &format!("?since={have}")).await.expect(200);
    assert_eq!(delta, json!({"version": have, "since": have}));
    let whole = ana.client.state(&room.id, "").await;
    let query = format!("?since={have}");
    let known = ana.client.state_unless(&room.id, &query, &etag(&whole)).await;
    assert_eq!(known.status, 304);
}

async fn an_unknown_since_gives_the_whole_frame(app: TestApp) {
    let (room, ana) = someone(&app).await;
    let whole = ana.frame().await;
    let ahead = version(&whole) + 1;
    for since in [0, 1, ahead, u64::MAX] {
        let frame = ana.client.state(&room.id, &format!("?since={since}")).await.expect(200);
        assert_eq!(frame, whole, "since {since}");
    }
}

async fn a_section_that_ended_is_null(app: TestApp) {
    let (room, ana) = someone(&app).await;
    let poll =
        room.run("poll", json!({"kind": "text", "question": "Why?", "results": "always"})).await;
    room.step(&poll, "expire").await;
    let have = version(&ana.frame().await);
    room.runner.announce(&room.id, &json!({"text": ""})).await.expect(204);
    room.admin.delete_activity(&room.id, &poll).await.expect(204);

    let delta = ana.client.state(&room.id, &format!("?since={have}")).await.expect(200);

    for section in ["announcement", "activity", "results"] {
        assert_eq!(delta.get(section), Some(&Value::Null), "{section} in {delta}");
    }
    assert_eq!(delta.get("session"), None, "an absent one is unchanged");
}

async fn a_completed_session_is_polled_rarely(app: TestApp) {
    let (room, ana) = someone(&app).await;
    room.admin.complete(&room.id).await.expect(200);
    for client in [&ana.client, &room.runner] {
        let reply = client.state(&room.id, "").await;
        assert_eq!(reply.json()["session"]["status"], "completed");
        assert_eq!(reply.header("x-caja-poll-after-ms"), Some("30000"));
    }
}

async fn versions_go_on_after_a_restart(mut app: TestApp) {
    let (room, ana) = someone(&app).await;
    let before = ana.frame().await;

    app.restart().await;

    let client = ana.client.at(&app.base);
    let after = client.state(&room.id, &format!("?since={}", version(&before))).await.expect(200);
    assert!(version(&before) < version(&after));
    assert_eq!(after.get("since"), None, "no delta across owners");
    assert!(before["me_version"].as_u64() < after["me_version"].as_u64());
    for section in ["session", "activity", "announcement", "participants"] {
        assert_eq!(after[section], before[section], "{section}");
    }
}

async fn the_number_of_people_moves_rarely_but_reaches_its_last_value(app: TestApp) {
    let (room, ana) = someone(&app).await;
    room.sees("Ana", |it| it["participants"]["total"] == 1).await;
    let began = std::time::Instant::now();
    for n in 0..20 {
        room.join(&format!("Guest {n}")).await;
    }
    assert_eq!(ana.frame().await["participants"]["total"], 1, "at most every ten seconds");
    let frame = room.sees("all", |it| it["participants"]["total"] == 21).await;
    assert_eq!(frame["participants"]["latest"].as_array().unwrap().len(), 12);
    assert_eq!(frame["participants"]["latest"][0]["nickname"], "Guest 19");
    ana.sees("all", |it| it["participants"]["total"] == 21).await;
    assert!(began.elapsed().as_secs() < 12);
}

async fn a_poll_that_can_not_be_understood_is_refused(app: TestApp) {
    let (room, ana) = someone(&app).await;
    for (query, pointer) in
        [("?since=x", "since"), ("?since=-1", "since"), ("?wait=26", "wait"), ("?wait=", "wait")]
    {
        let refused = ana.client.state(&room.id, query).await;
        assert_eq!(refused.problem(422), "validation");
        assert_eq!(refused.json()["errors"][0]["pointer"], pointer);
    }
    let no_session = uuid::Uuid::now_v7().to_string();
    assert_eq!(room.admin.state(&no_session, "").await.problem(404), "not_found");
    assert_eq!(room.admin.state("7", "").await.problem(404), "not_found");
}

async fn another_session_is_nobodys_business(app: TestApp) {
    let (room, ana) = someone(&app).await;
    let (other, _) = someone(&app).await;
    let stranger = app.another_admin().await;
    for client in [&ana.client, &room.runner] {
        assert_eq!(client.state(&other.id, "").await.problem(403), "forbidden");
    }
    assert_eq!(stranger.state(&room.id, "").await.problem(403), "forbidden");
    let mut token = ana.token.clone();
    let last = token.pop().unwrap();
    token.push(if last == 'A' { 'Q' } else { 'A' });
    for client in [app.anyone(), app.anyone().bearing("no-token"), app.anyone().bearing(&token)] {
        let refused = client.state(&room.id, "").await;
        assert_eq!(refused.problem(401), "unauthorized");
        assert!(refused.header("www-authenticate").is_some());
    }
    assert_eq!(app.anyone().bearing(&ana.id).state(&room.id, "").await.status, 401);
}

async fn announcement_and_screen_are_shown_at_once(app: TestApp) {
    let (room, ana) = someone(&app).await;
    let screen = json!({"qr": "full", "results": true, "leaderboard": false});
    assert_eq!(room.runner.set_screen(&room.id, &screen).await.expect(200), screen);
    assert_eq!(room.frame().await["screen"], screen);
    assert_eq!(ana.frame().await.get("screen"), None);
    let text = "¡Vamos! ".repeat(35);
    room.runner.announce(&room.id, &json!({"text": text})).await.expect(204);
    assert_eq!(ana.frame().await["announcement"], text.trim());
    let long = room.runner.announce(&room.id, &json!({"text": "a".repeat(281)})).await;
    assert_eq!(long.json()["errors"][0]["pointer"], "/text");
    let half = room.runner.set_screen(&room.id, &json!({"qr": "full"})).await;
    assert_eq!(half.problem(422), "validation");
    let refused = ana.client.announce(&room.id, &json!({"text": "Hi"})).await;
    assert_eq!(refused.problem(403), "forbidden");
}

async fn large_bodies_are_compressed_for_who_takes_that(app: TestApp) {
    let (room, ana) = someone(&app).await;
    let ask = async |query: &str, headers: &[(&str, &str)]| {
        let path = format!("/api/v1/sessions/{}/state{query}", room.id);
        let mut request = ana.client.request(reqwest::Method::GET, &path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let reply = request.send().await.unwrap();
        let header = |name| reply.headers().get(name).map(|it| it.to_str().unwrap().to_owned());
        let (encoding, tag, vary) = (header("content-encoding"), header("etag"), header("vary"));
        (reply.status(), encoding, tag.unwrap(), vary.unwrap(), reply.bytes().await.unwrap())
    };
    let browser = [("accept-encoding", "gzip, deflate, br, zstd")];
    let (_, encoding, tag, vary, small) = ask("", &browser).await;
    assert!(small.len() < 1_400 && encoding.is_none() && vary == "Authorization");
    let since = version(&serde_json::from_slice(&small).unwrap());
    assert_eq!(tag, format!("\"p-{since}\""));

    let options: Vec<Value> = (0..20)
        .map(|n| json!({"label": format!("Number {n} of the many options to think about")}))
        .collect();
    room.run("poll", json!({"kind": "choice", "options": options})).await;
    for query in [String::new(), format!("?since={since}"), "?since=7".to_owned()] {
        let (_, encoding, strong, vary, plain) = ask(&query, &[]).await;
        assert_eq!((encoding, vary.as_str()), (None, "Authorization, Accept-Encoding"));
        for refusal in ["identity", "br", "gzip;q=0", "gzip;q=0, *;q=0.1"] {
            let (.., encoding, _, _, body) = ask(&query, &[("accept-encoding", refusal)]).await;
            assert_eq!((encoding, body), (None, plain.clone()), "{refusal}");
        }
        for wish in ["gzip", "gzip, deflate, br, zstd", "identity;q=0.5, gzip;q=1.0"] {
            let (status, encoding, weak, vary, body) =
                ask(&query, &[("accept-encoding", wish)]).await;
            assert_eq!((status.as_u16(), encoding.as_deref()), (200, Some("gzip")), "{wish}");
            assert_eq!(vary, "Authorization, Accept-Encoding");
            assert!(body.len() * 2 < plain.len(), "{} of {}", body.len(), plain.len());
            let mut read = vec![];
            std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&*body), &mut read)
                .unwrap();
            assert_eq!(read, plain, "{query}");
            assert_eq!(weak, format!("W/{strong}"), "the bytes differ, so the tag does");
            let (status, ..) = ask(&query, &[browser[0], ("if-none-match", &weak)]).await;
            assert_eq!(status.as_u16(), 304);
        }
    }
}
