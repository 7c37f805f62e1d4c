//! What may be in no body before its time.
//!
//! `claim` walks every operation of the document as everybody in every phase of an event; `table`
//! says what each may see. What is here is for claims about one activity.

mod claim;
mod event;
mod table;
mod walk;

use serde_json::Value;

use crate::room::{Phone, Room};

/// Every body that a runner or a participant can get without changing anything.
pub(crate) async fn all_bodies(room: &Room, phone: &Phone) -> Vec<String> {
    let (runner, somebody, id) = (&room.runner, &phone.client, &room.id);
    let mut bodies = vec![
        runner.state(id, "").await,
        runner.state(id, "?since=0").await,
        somebody.state(id, "").await,
        somebody.state(id, "?since=0").await,
        somebody.me(id).await,
        runner.participants(id, "?limit=200").await,
        somebody.invitation(&room.code).await,
        somebody.check_nickname(id, "Somebody").await,
        somebody.activity_types().await,
    ];
    // What is not for them must not be readable in the refusal either.
    for client in [runner, somebody] {
        bodies.push(client.session(id).await);
        bodies.push(client.activities(id).await);
        bodies.push(client.sessions("").await);
        for activity in room.admin.activities(id).await.expect(200).as_array().unwrap() {
            let activity = activity["id"].as_str().unwrap();
            bodies.push(client.activity(id, activity).await);
            // Repeating a step changes nothing and shows the activity.
            bodies.push(client.step(id, activity, "publish").await);
        }
    }
    bodies.iter().map(|reply| reply.text()).collect()
}

/// Nothing of these is in any of the bodies.
#[track_caller]
pub(crate) fn assert_hidden(bodies: &[String], secrets: &[&str]) {
    for (body, secret) in bodies.iter().flat_map(|body| secrets.iter().map(move |it| (body, it))) {
        assert!(!body.contains(secret), "{secret:?} is in {body}");
    }
}

/// The names of an object's fields.
#[track_caller]
pub(crate) fn fields(object: &Value) -> Vec<&str> {
    object.as_object().expect("an object").keys().map(String::as_str).collect()
}
