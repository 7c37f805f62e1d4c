//! Polls that are held until something newer exists.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::{
    app::TestApp,
    client::Reply,
    on_one,
    room::{Phone, Room},
    support::eventually,
};

on_one! {
    a_held_poll_is_answered_when_something_is_newer,
    a_poll_that_is_held_to_its_end_is_304_or_an_empty_delta,
    an_early_poll_is_held_until_its_device_may_poll_again,
    the_newest_of_three_held_polls_displaces_the_oldest,
    the_number_of_people_alone_does_not_end_a_participants_wait,
    whoever_is_removed_or_revoked_is_told_while_waiting,
    a_server_that_goes_answers_all_it_holds,
}

struct Waiter {
    phone: Phone,
    version: u64,
    etag: String,
}

/// Somebody who has the frame, and whose pacing time is over.
async fn waiter(room: &Room) -> Waiter {
    let phone = room.join("Ana").await;
    // The first frame after the joining tells that somebody joined.
    phone.sees("themselves", |it| it["participants"]["total"] == 1).await;
    let reply = phone.client.state(&room.id, "").await;
    let etag = reply.header("etag").unwrap().to_owned();
    Waiter { version: reply.json()["version"].as_u64().unwrap(), etag, phone }
}

impl Waiter {
    async fn wait(&self, seconds: u64) -> Reply {
        let query = format!("?wait={seconds}&since={}", self.version);
        self.phone.client.state_unless(&self.phone.session, &query, &self.etag).await
    }

    fn wait_beside(&self, seconds: u64) -> tokio::task::JoinHandle<(Reply, Duration)> {
        let (phone, version, etag) = (self.phone.clone(), self.version, self.etag.clone());
        tokio::spawn(async move {
            let began = Instant::now();
            let reply = Self { phone, version, etag }.wait(seconds).await;
            (reply, began.elapsed())
        })
    }
}

async fn holds(app: &TestApp, count: u64) {
    eventually("polls are held", || async {
        app.anyone().live().await.expect(200)["held_polls"] == count
    })
    .await;
}

async fn a_held_poll_is_answered_when_something_is_newer(app: TestApp) {
    let room = Room::open(&app).await;
    let waiter = waiter(&room).await;
    let held = waiter.wait_beside(25);
    holds(&app, 1).await;

    room.runner.announce(&room.id, &json!({"text": "Now"})).await.expect(204);

    let (reply, took) = held.await.unwrap();
    assert_eq!(reply.expect(200)["announcement"], "Now");
    assert_eq!(reply.json()["since"], waiter.version);
    assert!(took < Duration::from_secs(5), "{took:?}");
    holds(&app, 0).await;
}

async fn a_poll_that_is_held_to_its_end_is_304_or_an_empty_delta(app: TestApp) {
    let room = Room::open(&app).await;
    let waiter = waiter(&room).await;
    let began = Instant::now();
    let known = waiter.wait(1).await;
    assert!(began.elapsed() >= Duration::from_secs(1));
    assert_eq!((known.status, known.bytes.len()), (304, 0));
    // Slower where other tests keep the machine busy.
    let pace: u32 = known.header("x-caja-poll-after-ms").unwrap().parse().unwrap();
    assert!((2_000..=16_000).contains(&pace), "{pace}");

    let query = format!("?wait=1&since={}", waiter.version);
    let delta = waiter.phone.client.state(&room.id, &query).await.expect(200);
    assert_eq!(delta, json!({"version": waiter.version, "since": waiter.version}));
}

async fn an_early_poll_is_held_until_its_device_may_poll_again(app: TestApp) {
    let room = Room::open(&app).await;
    let waiter = waiter(&room).await;
    let began = Instant::now();
    waiter.phone.frame().await;
    room.runner.announce(&room.id, &json!({"text": "Now"})).await.expect(204);

    let early = waiter.wait(25).await;

    let took = began.elapsed();
    assert_eq!(early.expect(200)["announcement"], "Now");
    let pace = Duration::from_millis(1_950)..Duration::from_secs(10);
    assert!(pace.contains(&took), "there was news, but the pace is two seconds: {took:?}");
}

async fn the_newest_of_three_held_polls_displaces_the_oldest(app: TestApp) {
    let room = Room::open(&app).await;
    let waiter = waiter(&room).await;
    let first = waiter.wait_beside(25);
    holds(&app, 1).await;
    let second = waiter.wait_beside(25);
    holds(&app, 2).await;

    let third = waiter.wait_beside(25);

    let (displaced, took) = first.await.unwrap();
    assert_eq!(displaced.status, 304);
    assert!(took < Duration::from_secs(10), "{took:?}");
    holds(&app, 2).await;
    room.runner.announce(&room.id, &json!({"text": "Now"})).await.expect(204);
    for held in [second, third] {
        assert_eq!(held.await.unwrap().0.expect(200)["announcement"], "Now");
    }
}

async fn the_number_of_people_alone_does_not_end_a_participants_wait(app: TestApp) {
    let room = Room::open(&app).await;
    let waiter = waiter(&room).await;
    let held = waiter.wait_beside(14);
    holds(&app, 1).await;
    room.join("Ben").await;
    let watcher = room.join("Cas").await;

    // It becomes known to whoever asks, ten seconds after it was last told.
    watcher.sees("three people", |it| it["participants"]["total"] == 3).await;
    assert!(!held.is_finished());
    let (reply, took) = held.await.unwrap();
    assert!(took >= Duration::from_secs(14), "{took:?}");
    assert_eq!(reply.expect(200)["participants"]["total"], 3, "but the answer tells it");
}

async fn whoever_is_removed_or_revoked_is_told_while_waiting(app: TestApp) {
    let room = Room::open(&app).await;
    let waiter = waiter(&room).await;
    let held = waiter.wait_beside(25);
    let tokens = room.admin.runner_tokens(&room.id).await.expect(200);
    let token_id = tokens["items"][0]["token_id"].as_str().unwrap().to_owned();
    let has = room.frame().await["version"].clone();
    let (runner, id) = (room.runner.clone(), room.id.clone());
    let screen =
        tokio::spawn(async move { runner.state(&id, &format!("?wait=25&since={has}")).await });
    holds(&app, 2).await;

    room.admin.revoke_runner(&room.id, &token_id).await.expect(204);
    room.admin.remove_participant(&room.id, &waiter.phone.id, "").await.expect(204);

    assert_eq!(held.await.unwrap().0.problem(401), "removed");
    assert_eq!(screen.await.unwrap().problem(401), "unauthorized");
}

async fn a_server_that_goes_answers_all_it_holds(mut app: TestApp) {
    let room = Room::open(&app).await;
    let waiter = waiter(&room).await;
    let held = waiter.wait_beside(25);
    holds(&app, 1).await;

    let began = Instant::now();
    app.stop().await;

    assert!(began.elapsed() < Duration::from_secs(10));
    let (reply, _) = held.await.unwrap();
    assert!(matches!(reply.status, 200 | 304), "{}", reply.text());
}
