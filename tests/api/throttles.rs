//! Too much from one address or one participant; and that a room full of people is not too much.

use reqwest::{Method, header::HeaderMap};
use serde_json::json;

use crate::{
    app::TestApp,
    client::{Client, Reply, send},
    crowd::at_once,
    on_one,
    room::{Phone, Room},
};

on_one! {
    a_participant_writes_twenty_times_at_once_and_then_ten_times_a_second,
    whoever_guesses_codes_learns_nothing_more_but_the_room_goes_on,
    guesses_made_side_by_side_are_counted_too,
    an_office_behind_one_address_joins_and_answers_at_once,
    an_address_that_joins_too_much_waits_and_others_do_not,
    a_trusted_proxy_tells_addresses_apart_and_nobody_else_does,
    questions_that_need_no_credentials_have_a_ceiling,
    unknown_tokens_have_a_ceiling_and_known_ones_do_not_notice,
}

/// From one office in this test, as 5,000 are from one in earnest.
const OFFICE: u32 = 250;

fn wait_s(reply: &Reply) -> u64 {
    assert_eq!(reply.problem(429), "rate_limited");
    reply.header("retry-after").expect("it says when").parse().expect("in seconds")
}

async fn a_participant_writes_twenty_times_at_once_and_then_ten_times_a_second(app: TestApp) {
    let room = Room::open(&app).await;
    let poll = room.run_choice().await;
    let (ana, ben) = (room.join("Ana").await, room.join("Ben").await);
    let choices = |n: usize| json!({"choices": [if n.is_multiple_of(2) { "a" } else { "b" }]});
    let replies = at_once(0..60, |n| ana.answer(&poll, choices(n))).await;
    let (taken, refused): (Vec<_>, Vec<_>) = replies.iter().partition(|it| it.status != 429);
    assert!(taken.iter().all(|reply| matches!(reply.status, 200 | 201)), "{taken:?}");
    // A second or two may have passed on a machine that does much else.
    assert!((20..=45).contains(&taken.len()), "{}", taken.len());
    assert!(refused.iter().all(|reply| wait_s(reply) == 1));
    let withdrawn = at_once(0..20, |_| ana.client.withdraw(&room.id, &poll, "")).await;
    assert!(withdrawn.iter().any(|reply| reply.status == 429), "withdrawing counts too");
    let nothing = json!({});
    let renamed = at_once(0..20, |_| ana.client.edit_me(&room.id, &nothing)).await;
    assert!(renamed.iter().any(|reply| reply.status == 429), "and so does any other write");
    // Asking, and others, are not hindered.
    assert!(at_once(0..60, |_| ana.client.me(&room.id)).await.iter().all(|it| it.status == 200));
    let polls = at_once(0..60, |_| ana.client.state(&room.id, "")).await;
    assert!(polls.iter().all(|it| it.status == 200));
    ben.answer(&poll, choices(0)).await.expect(201);
    // The answer that was refused is taken a moment later.
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    assert!(matches!(ana.answer(&poll, choices(0)).await.status, 200 | 201));
}

async fn whoever_guesses_codes_learns_nothing_more_but_the_room_goes_on(app: TestApp) {
    let (room, other) = (Room::open(&app).await, Room::open(&app).await);
    room.join("Ana").await;
    let anyone = app.anyone();
    // Right codes between them do not count.
    for n in 0..30 {
        let code = if n == 7 { "12345x".to_owned() } else { format!("0000{n:02}") };
        anyone.invitation(&room.code).await.expect(200);
        anyone.invitation(&other.code).await.expect(200);
        assert_eq!(anyone.invitation(&code).await.problem(404), "not_found");
    }
    for _ in 0..3 {
        let wrong = anyone.invitation("000099").await;
        let right = anyone.invitation(&other.code).await;
        assert!((1..=60).contains(&wait_s(&wrong)));
        assert!((1..=60).contains(&wait_s(&right)));
        assert_eq!(wrong.json(), right.json(), "they can't be told apart");
        anyone.invitation(&room.code).await.expect(200);
    }
    // Whoever has the link still gets in, and from then on so does the code.
    other.join("Ben").await;
    anyone.invitation(&other.code).await.expect(200);
}

async fn guesses_made_side_by_side_are_counted_too(app: TestApp) {
    let room = Room::open(&app).await;
    let replies = at_once(0..200, |n| {
        let anyone = app.anyone();
        async move { anyone.invitation(&format!("000{n:03}")).await }
    })
    .await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 404).count(), 30);
    assert_eq!(replies.iter().filter(|reply| reply.status == 429).count(), 170);
    wait_s(&app.anyone().invitation(&room.code).await);
}

async fn an_office_behind_one_address_joins_and_answers_at_once(_: TestApp) {
    let app = TestApp::with_limit(OFFICE).await;
    let room = Room::open(&app).await;
    let poll = room.run_choice().await;
    let phones = at_once(0..OFFICE, |n| {
        let (anyone, room) = (app.anyone(), &room);
        async move {
            anyone.invitation(&room.code).await.expect(200);
            anyone.check_nickname(&room.id, &format!("Guest%20{n}")).await.expect(200);
            room.join(&format!("Guest {n}")).await
        }
    })
    .await;
    let poll = &poll;
    let answer = |phone: Phone| async move {
        // As fast as anybody taps, and a retry of each tap.
        for choice in ["a", "b", "c", "a", "a", "b"] {
            let reply = phone.answer(poll, json!({"choices": [choice]})).await;
            assert!(matches!(reply.status, 200 | 201), "{}", reply.text());
        }
    };
    at_once(phones, answer).await;
    room.counts(OFFICE as usize).await;
}

async fn an_address_that_joins_too_much_waits_and_others_do_not(_: TestApp) {
    let app = TestApp::with_limit(20).await;
    let room = Room::open(&app).await;
    let join = |n: u32| {
        let (anyone, room) = (app.anyone(), &room);
        async move { anyone.join(&room.id, &json!({"nickname": format!("Guest {n}")})).await }
    };
    let replies = at_once(0..60, join).await;
    let inside = replies.iter().filter(|reply| reply.status == 201).count();
    assert!((20..=25).contains(&inside), "{inside}");
    let refused: Vec<_> = replies.iter().filter(|reply| reply.status != 201).collect();
    assert!(refused.iter().all(|reply| (1..=3).contains(&wait_s(reply))));
}

fn from(address: &str) -> HeaderMap {
    HeaderMap::from_iter([("x-forwarded-for".parse().unwrap(), address.parse().unwrap())])
}

async fn guess(client: &Client, address: &str) -> u16 {
    let request = client.request(Method::GET, "/api/v1/join/000000");
    send(request.headers(from(address))).await.status
}

async fn a_trusted_proxy_tells_addresses_apart_and_nobody_else_does(app: TestApp) {
    let behind = TestApp::behind_a_proxy().await;
    let anyone = behind.anyone();
    for n in 0..30 {
        // Whatever the client itself claimed to the left of its address.
        assert_eq!(guess(&anyone, &format!("192.0.2.{n}, 2001:db8:0:7::{n}")).await, 404);
    }
    assert_eq!(guess(&anyone, "2001:db8:0:7:ffff::1").await, 429, "the same subscriber");
    assert_eq!(guess(&anyone, "2001:db8:0:8::1").await, 404);
    assert_eq!(guess(&anyone, "192.0.2.1").await, 404);
    let direct = app.anyone();
    for n in 0..30 {
        assert_eq!(guess(&direct, &format!("192.0.2.{n}")).await, 404);
    }
    assert_eq!(guess(&direct, "192.0.2.99").await, 429, "nobody asked it to believe that");
}

async fn questions_that_need_no_credentials_have_a_ceiling(_: TestApp) {
    let app = TestApp::with_limit(3).await;
    let room = Room::open(&app).await;
    let replies = at_once(0..60, |n| {
        let (anyone, room) = (app.anyone(), &room);
        async move {
            match n % 3 {
                0 => anyone.check_nickname(&room.id, "Ana").await,
                1 => anyone.qr(&room.id, "svg").await,
                _ => anyone.invitation(&room.code).await,
            }
        }
    })
    .await;
    let answered = replies.iter().filter(|reply| reply.status == 200).count();
    assert!((30..=35).contains(&answered), "{answered}");
    let refused: Vec<_> = replies.iter().filter(|reply| reply.status != 200).collect();
    assert!(refused.iter().all(|reply| (1..=60).contains(&wait_s(reply))));
    // Health and documents are nobody's to deny.
    app.anyone().ready().await.expect(200);
    app.anyone().openapi().await.expect(200);
}

async fn unknown_tokens_have_a_ceiling_and_known_ones_do_not_notice(app: TestApp) {
    let room = Room::open(&app).await;
    let ana = room.join("Ana").await;
    room.runner.state(&room.id, "").await.expect(200);
    let replies = at_once(0..400, |n| {
        let (stranger, room) = (app.anyone().bearing(&format!("guess-{n}")), &room);
        async move { stranger.state(&room.id, "").await }
    })
    .await;
    let unknown = replies.iter().filter(|reply| reply.status == 401).count();
    assert!((300..=380).contains(&unknown), "{unknown}");
    assert!(replies.iter().all(|reply| matches!(reply.status, 401 | 429)));
    room.runner.state(&room.id, "").await.expect(200);
    room.admin.session(&room.id).await.expect(200);
    ana.client.state(&room.id, "").await.expect(200);
    // What has the form of a participant's token is checked without a look-up.
    let mut forged = ana.token.clone();
    forged.replace_range(10..12, "__");
    let reply = app.anyone().bearing(&forged).state(&room.id, "").await;
    assert_eq!(reply.problem(401), "unauthorized");
}
