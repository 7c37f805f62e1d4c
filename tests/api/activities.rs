//! Activities: prepared, ordered, and taken through their life.

use serde_json::{Value, json};

use crate::{
    app::TestApp,
    on_both, on_one,
    room::{Room, choice},
    secrets::fields,
};

on_both! {
    a_duration_ends_an_activity_by_itself,
    a_duration_goes_on_while_the_server_is_away,
}

on_one! {
    a_new_activity_has_its_place,
    every_step_is_granted_harmless_or_refused,
    activating_another_activity_ends_the_one_before,
    the_last_expired_activity_stays_until_another_is_activated,
    only_an_open_session_runs_activities,
    a_reopened_activity_keeps_its_answers,
    a_configuration_changes_before_it_runs_only,
    activities_are_ordered_by_naming_each_once,
    a_running_activity_is_not_deleted,
    controls_are_refused_when_unknown_or_untimely,
    a_control_of_another_type_is_unknown_whatever_it_comes_with,
    locking_hides_nothing_and_resetting_forgets_everything,
    a_final_answer_can_be_repeated_but_not_changed,
    results_are_shown_as_their_policy_says,
    answers_that_do_not_fit_are_named_by_their_pointer,
}

async fn a_new_activity_has_its_place(app: TestApp) {
    let room = Room::open(&app).await;
    let body = json!({"type": "poll", "title": " Which? ", "config": choice()});
    let reply = room.admin.create_activity(&room.id, &body).await;
    let activity = reply.expect(201);
    let id = activity["id"].as_str().unwrap();
    let location = format!("/api/v1/sessions/{}/activities/{id}", room.id);
    assert_eq!(reply.header("location"), Some(&*location));
    let names = [
        "activated_at",
        "config",
        "created_at",
        "expired_at",
        "id",
        "order",
        "published_at",
        "round",
        "session_id",
        "status",
        "title",
        "type",
    ];
    assert_eq!(fields(&activity), names);
    assert_eq!((&activity["title"], &activity["order"]), (&json!("Which?"), &json!(0)));
    let ids: Vec<_> = (0..3).map(|n| activity["config"]["options"][n]["id"].clone()).collect();
    assert_eq!(ids, ["a", "b", "c"]);
    assert_eq!(activity["config"]["results"], "on_reveal");
    assert_eq!(room.admin.activity(&room.id, id).await.expect(200), activity);
    assert_eq!(room.admin.activities(&room.id).await.expect(200), json!([activity]));
    assert_eq!(room.admin.session(&room.id).await.json()["activity_count"], 1);
}

async fn every_step_is_granted_harmless_or_refused(app: TestApp) {
    let room = Room::open(&app).await;
    // What leads to each status, and what each step then gives; `None`: it is refused.
    let ways: [(&[&str], [Option<&str>; 5]); 4] = [
        (&[], [Some("published"), Some("draft"), Some("active"), None, None]),
        (&["publish"], [Some("published"), Some("draft"), Some("active"), None, None]),
        (&["activate"], [None, None, Some("active"), Some("expired"), Some("active")]),
        (&["activate", "expire"], [None, None, None, Some("expired"), Some("active")]),
    ];
    let steps = ["publish", "unpublish", "activate", "expire", "reopen"];
    for (way, outcomes) in ways {
        for (step, outcome) in steps.iter().zip(outcomes) {
            let poll = room.draft("poll", choice()).await;
            for before in way {
                room.step(&poll, before).await;
            }
            let reply = room.runner.step(&room.id, &poll, step).await;
            match outcome {
                Some(status) => assert_eq!(reply.expect(200)["status"], status, "{way:?} {step}"),
                None => assert_eq!(reply.problem(409), "invalid_transition", "{way:?} {step}"),
            }
        }
    }
}

async fn activating_another_activity_ends_the_one_before(app: TestApp) {
    let room = Room::open(&app).await;
    let ana = room.join("Ana").await;
    let (first, second) = (room.run_choice().await, room.run_choice().await);
    let statuses = |frame: &Value| -> Vec<String> {
        let activities = frame["activities"].as_array().unwrap().iter();
        activities.map(|it| it["status"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(statuses(&room.frame().await), ["expired", "active"]);
    assert_eq!(ana.frame().await["activity"]["id"], second);
    let late = ana.answer(&first, json!({"choices": ["a"]})).await;
    assert_eq!(
        (late.problem(409), late.json()["reason"].clone()),
        ("not_accepting".into(), json!("late"))
    );
    room.step(&first, "reopen").await;
    assert_eq!(statuses(&room.frame().await), ["active", "expired"]);
    ana.answer(&first, json!({"choices": ["a"]})).await.expect(201);
}

async fn the_last_expired_activity_stays_until_another_is_activated(app: TestApp) {
    let room = Room::open(&app).await;
    let ana = room.join("Ana").await;
    assert_eq!(ana.frame().await["activity"], Value::Null);
    let first = room.run_choice().await;
    room.step(&first, "expire").await;
    let second = room.draft("poll", choice()).await;
    room.step(&second, "publish").await;
    let frame = ana.frame().await;
    assert_eq!(
        (&frame["activity"]["id"], &frame["activity"]["phase"]),
        (&json!(first), &json!("closed"))
    );
    assert_eq!(frame["upcoming"][0]["id"], second);
    let early = ana.answer(&second, json!({"choices": ["a"]})).await;
    assert_eq!(early.json()["reason"], "inactive");
    room.act(&first, "reveal").await;
    let results = ana.frame().await["results"].clone();
    assert_eq!(results["responses"], 0, "revealing works after the end");
    room.step(&second, "activate").await;
    assert_eq!(ana.frame().await["activity"]["id"], second);
    assert_eq!(ana.frame().await["upcoming"], json!([]));
}

async fn only_an_open_session_runs_activities(app: TestApp) {
    let room = Room::draft_with(&app, json!({})).await;
    let poll = room.draft("poll", choice()).await;
    let refused = room.runner.step(&room.id, &poll, "activate").await;
    assert_eq!(refused.problem(409), "session_not_open");
    room.step(&poll, "publish").await;
    room.admin.open(&room.id).await.expect(200);
    room.step(&poll, "activate").await;
}

async fn a_reopened_activity_keeps_its_answers(app: TestApp) {
    let room = Room::open(&app).await;
    let ana = room.join("Ana").await;
    let poll = room.run_choice().await;
    ana.answer(&poll, json!({"choices": ["a"]})).await.expect(201);
    room.step(&poll, "expire").await;
    let retry = ana.answer(&poll, json!({"choices": ["a"]})).await;
    retry.expect(200);
    assert_eq!(ana.answer(&poll, json!({"choices": ["b"]})).await.json()["reason"], "late");
    room.step(&poll, "reopen").await;
    ana.answer(&poll, json!({"choices": ["b"]})).await.expect(200);
    let counts = json!({"a": 0, "b": 1, "c": 0});
    room.sees("the changed answer", |it| it["results"]["counts"] == counts).await;
}

async fn a_configuration_changes_before_it_runs_only(app: TestApp) {
    let room = Room::open(&app).await;
    let poll = room.draft("poll", choice()).await;
    let other = json!({"config": {"kind": "text", "question": "Why?"}});
    let edited = room.admin.edit_activity(&room.id, &poll, &other).await.expect(200);
    assert_eq!(edited["config"]["kind"], "text");
    assert_eq!(edited["config"]["options"], json!([]), "replaced whole");
    room.step(&poll, "publish").await;
    room.admin.edit_activity(&room.id, &poll, &json!({"config": choice()})).await.expect(200);
    room.step(&poll, "activate").await;
    let frozen = room.admin.edit_activity(&room.id, &poll, &other).await;
    assert_eq!(frozen.problem(409), "config_frozen");
    room.admin.edit_activity(&room.id, &poll, &json!({"title": "Other"})).await.expect(200);
    assert_eq!(room.frame().await["activity"]["title"], "Other");
}

async fn activities_are_ordered_by_naming_each_once(app: TestApp) {
    let room = Room::open(&app).await;
    let mut ids = vec![];
    for _ in 0..3 {
        ids.push(room.draft("poll", choice()).await);
    }
    ids.rotate_left(1);
    let ordered = room.admin.order_activities(&room.id, &json!({"ids": ids})).await.expect(200);
    let got: Vec<_> = ordered.as_array().unwrap().iter().map(|it| it["id"].clone()).collect();
    assert_eq!(got, ids);
    assert_eq!(ordered[2]["order"], 2);
    let in_frame = room.frame().await["activities"][0]["id"].clone();
    assert_eq!(in_frame, ids[0]);
    for wrong in [
        json!([]),
        json!([ids[0], ids[1]]),
        json!([ids[0], ids[1], ids[1]]),
        json!([ids[0], ids[1], ids[2], ids[2]]),
    ] {
        let refused = room.admin.order_activities(&room.id, &json!({"ids": wrong})).await;
        assert_eq!(refused.json()["errors"][0]["pointer"], "/ids");
    }
}

async fn a_running_activity_is_not_deleted(app: TestApp) {
    let room = Room::open(&app).await;
    let ana = room.join("Ana").await;
    let poll = room.run_choice().await;
    ana.answer(&poll, json!({"choices": ["a"]})).await.expect(201);
    let refused = room.admin.delete_activity(&room.id, &poll).await;
    assert_eq!(refused.problem(409), "invalid_transition");
    room.step(&poll, "expire").await;
    room.admin.delete_activity(&room.id, &poll).await.expect(204);
    assert_eq!(room.admin.activity(&room.id, &poll).await.problem(404), "not_found");
    assert_eq!(ana.frame().await["activity"], Value::Null);
    assert_eq!(ana.me().await["answers"], json!({}));
    assert_eq!(ana.answer(&poll, json!({"choices": ["a"]})).await.problem(404), "not_found");
}

async fn controls_are_refused_when_unknown_or_untimely(app: TestApp) {
    let room = Room::open(&app).await;
    let poll = room.draft("poll", choice()).await;
    let act = |action: &'static str| {
        let body = json!({"action": action});
        let (room, poll) = (&room, &poll);
        async move { room.runner.control(&room.id, poll, &body).await }
    };
    assert_eq!(act("reveal").await.problem(409), "invalid_action", "it does not run");
    room.step(&poll, "activate").await;
    for unknown in ["next", "REVEAL", ""] {
        assert_eq!(act(unknown).await.problem(409), "invalid_action", "{unknown}");
    }
    room.step(&poll, "expire").await;
    act("reveal").await.expect(200);
    act("hide").await.expect(200);
    for late in ["lock", "unlock", "reset"] {
        assert_eq!(act(late).await.problem(409), "invalid_action", "{late}");
    }
}

/// Each type's controls with what they come with, and a word that none has.
fn controls() -> [(&'static str, Value); 5] {
    let nobody = uuid::Uuid::nil();
    [
        ("poll", json!({"action": "lock"})),
        ("poker", json!({"action": "accept", "estimate": "5"})),
        ("quiz", json!({"action": "judge", "participant_id": nobody, "correct": true})),
        ("wordcloud", json!({"action": "merge", "from": "a", "into": "b"})),
        ("", json!({"action": "fly", "round": "high", "with": []})),
    ]
}

async fn a_control_of_another_type_is_unknown_whatever_it_comes_with(app: TestApp) {
    let room = Room::open(&app).await;
    let question = json!({"kind": "true_false", "prompt": "P", "correct": ["true"]});
    for (kind, config) in [
        ("poll", choice()),
        ("poker", json!({})),
        ("quiz", json!({ "questions": [question] })),
        ("wordcloud", json!({})),
    ] {
        let activity = room.run(kind, config).await;
        let control = async |body: &Value| room.runner.control(&room.id, &activity, body).await;
        for (other, body) in controls().iter().filter(|(other, _)| *other != kind) {
            // Both clouds and polls can be locked.
            if (kind, *other) != ("wordcloud", "poll") {
                assert_eq!(control(body).await.problem(409), "invalid_action", "{kind}: {body}");
            }
        }
        for wrong in [
            json!({"action": "reveal", "typo": 1}),
            json!({"action": "reveal", "round": "high"}),
            json!({"action": 7}),
            json!({"round": 1}),
        ] {
            assert_eq!(control(&wrong).await.problem(422), "validation", "{kind}: {wrong}");
        }
    }
}

async fn locking_hides_nothing_and_resetting_forgets_everything(app: TestApp) {
    let room = Room::open(&app).await;
    let (ana, ben) = (room.join("Ana").await, room.join("Ben").await);
    let mut config = choice();
    config["results"] = json!("always");
    let poll = room.run("poll", config).await;
    ana.answer(&poll, json!({"choices": ["a"], "round": 1})).await.expect(201);
    room.act(&poll, "lock").await;
    let frame = ben.frame().await;
    assert_eq!(
        (&frame["activity"]["locked"], &frame["activity"]["phase"]),
        (&json!(true), &json!("closed"))
    );
    assert_eq!(frame["results"]["responses"], 1);
    assert_eq!(ben.answer(&poll, json!({"choices": ["b"]})).await.json()["reason"], "locked");
    ana.answer(&poll, json!({"choices": ["a"]})).await.expect(200);
    room.act(&poll, "unlock").await;
    let me_version = ana.me().await["me_version"].as_u64();

    let reset = room.act(&poll, "reset").await;

    assert_eq!(reset["round"], 2);
    assert_eq!(ana.me().await["answers"], json!({}));
    assert!(me_version < ana.frame().await["me_version"].as_u64(), "everybody reads /me again");
    assert_eq!(
        ana.frame().await["results"],
        json!({"responses": 0, "counts": {"a": 0, "b": 0, "c": 0}})
    );
    let queued = ana.answer(&poll, json!({"choices": ["a"], "round": 1})).await;
    assert_eq!(queued.problem(409), "stale_round");
    ana.answer(&poll, json!({"choices": ["c"], "round": 2})).await.expect(201);
}

async fn a_final_answer_can_be_repeated_but_not_changed(app: TestApp) {
    let room = Room::open(&app).await;
    let ana = room.join("Ana").await;
    let mut config = choice();
    config["allow_change"] = json!(false);
    let poll = room.run("poll", config).await;
    ana.answer(&poll, json!({"choices": ["a"]})).await.expect(201);
    ana.answer(&poll, json!({"choices": ["a"]})).await.expect(200);
    let changed = ana.answer(&poll, json!({"choices": ["b"]})).await;
    assert_eq!(changed.problem(409), "change_not_allowed");
    let withdrawn = ana.client.withdraw(&room.id, &poll, "").await;
    assert_eq!(withdrawn.problem(409), "change_not_allowed");
    assert_eq!(ana.me().await["answers"][&poll], json!({"choices": ["a"]}));
}

async fn results_are_shown_as_their_policy_says(app: TestApp) {
    let room = Room::open(&app).await;
    let ana = room.join("Ana").await;
    for (policy, before, after) in [
        ("always", true, true),
        ("after_answer", true, true),
        ("on_reveal", false, true),
        ("never", false, false),
    ] {
        let mut config = choice();
        config["results"] = json!(policy);
        let poll = room.run("poll", config).await;
        assert_eq!(ana.frame().await["results"].is_object(), before, "{policy}");
        assert!(room.frame().await["results"].is_object(), "{policy}");
        room.act(&poll, "reveal").await;
        assert_eq!(ana.frame().await["results"].is_object(), after, "{policy}");
        let status = ana.answer(&poll, json!({"choices": ["b"]})).await.status;
        assert_eq!(status, 201, "{policy}: a revealed poll goes on");
        let withdrawn = ana.client.withdraw(&room.id, &poll, "").await;
        withdrawn.expect(204);
        ana.client.withdraw(&room.id, &poll, "").await.expect(204);
        room.counts(0).await;
    }
}

async fn answers_that_do_not_fit_are_named_by_their_pointer(app: TestApp) {
    let room = Room::open(&app).await;
    let ana = room.join("Ana").await;
    let rating = json!({"kind": "rating", "question": "How?"});
    let text = json!({"kind": "text", "question": "Why?", "max_length": 3});
    for (config, answers) in [
        (
            choice(),
            vec![
                (json!({}), ""),
                (json!({"choices": []}), "/choices"),
                (json!({"choices": ["a", "b"]}), "/choices"),
                (json!({"choices": ["z"]}), "/choices/0"),
                (json!({"rating": 4}), ""),
                (json!({"choices": ["a"], "text": "x"}), ""),
                (json!({"choices": ["a"], "round": -1}), "/round"),
            ],
        ),
        (
            rating,
            vec![
                (json!({"rating": 0}), "/rating"),
                (json!({"rating": 6}), "/rating"),
                (json!({"rating": 2.5}), "/rating"),
                (json!({"rating": "3"}), "/rating"),
            ],
        ),
        (
            text,
            vec![
                (json!({"text": ""}), "/text"),
                (json!({"text": "abcd"}), "/text"),
                (json!({"text": "a\u{202e}"}), "/text"),
            ],
        ),
    ] {
        let poll = room.run("poll", config).await;
        for (body, pointer) in answers {
            let refused = ana.answer(&poll, body.clone()).await;
            assert_eq!(refused.problem(422), "validation", "{body}");
            assert_eq!(refused.json()["errors"][0]["pointer"], pointer, "{body}");
        }
    }
    assert_eq!(ana.me().await["answers"], json!({}));
}

fn for_a_second() -> Value {
    let mut config = choice();
    config["duration_s"] = json!(1);
    config
}

async fn a_duration_ends_an_activity_by_itself(app: TestApp) {
    let room = Room::open(&app).await;
    let (ana, ben) = (room.join("Ana").await, room.join("Ben").await);
    let poll = room.run("poll", for_a_second()).await;
    let activated = ana.frame().await;
    let ends_at = activated["activity"]["ends_at_ms"].as_u64().unwrap();
    ana.answer(&poll, json!({"choices": ["a"]})).await.expect(201);
    let frame = ana.sees("it expires", |it| it["activity"]["status"] == "expired").await;
    assert_eq!(frame["activity"].get("ends_at_ms"), None);
    assert_eq!(ben.answer(&poll, json!({"choices": ["b"]})).await.json()["reason"], "late");
    let activity = room.admin.activity(&room.id, &poll).await.expect(200);
    let ms = ends_at % 1000;
    let expired_at = activity["expired_at"].as_str().unwrap();
    assert!(expired_at.ends_with(&format!(".{ms:03}Z")), "{expired_at}: at its own time");
    room.counts(1).await;
}

async fn a_duration_goes_on_while_the_server_is_away(mut app: TestApp) {
    let room = Room::open(&app).await;
    let ana = room.join("Ana").await;
    let poll = room.run("poll", for_a_second()).await;
    ana.answer(&poll, json!({"choices": ["a"]})).await.expect(201);
    let ends_at = ana.frame().await["activity"]["ends_at_ms"].as_u64().unwrap();

    app.restart().await;

    let room = room.on(&app);
    room.sees("it expires", |it| it["activity"]["status"] == "expired").await;
    let activity = room.admin.activity(&room.id, &poll).await.expect(200);
    let expired_at = activity["expired_at"].as_str().unwrap();
    assert!(expired_at.ends_with(&format!(".{:03}Z", ends_at % 1000)), "{expired_at}");
    room.counts(1).await;
    let again = ana.client.at(&app.base).answer(&room.id, &poll, &json!({"choices": ["a"]})).await;
    again.expect(200);
}
