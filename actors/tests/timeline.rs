//! The timeline: noted about once a minute while somebody is there, and no frame moves for it.

mod support;

use caja_actors::{
    activity::View,
    clock::Clock,
    session::{Command, Event, Session, TimelinePoint, Timestamp, Who},
};
use support::{commands::choose, in_time, node::Node, stage::SESSION, until};

/// A choice whose results everybody sees.
const CHOICE: u8 = 0;

fn noted(node: &Node) -> Vec<(Timestamp, u32)> {
    let entries = node.journal.entries().into_iter();
    let noted = entries.filter_map(|entry| match entry.event {
        Event::Observed { online } => Some((entry.at, online)),
        _ => None,
    });
    noted.collect()
}

/// Lets the session look around until something more is noted.
async fn looks(node: &Node, points: usize) {
    until("a point of the timeline", || {
        node.published().used(node.clock.now());
        node.registry.tick();
        noted(node).len() == points
    })
    .await;
}

/// Lets the session look around; nothing may be noted.
async fn looks_in_vain(node: &Node) {
    let before = noted(node);
    // A look comes at most every two seconds.
    let looks_for = std::time::Duration::from_millis(2_200);
    let end = tokio::time::Instant::now() + looks_for;
    while tokio::time::Instant::now() < end {
        node.published().used(node.clock.now());
        node.registry.tick();
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    node.session().await;
    assert_eq!(noted(node), before);
}

async fn room(people: u8) -> (Node, Vec<Who>) {
    Node::running(CHOICE, people).await
}

fn etags(node: &Node) -> [bytes::Bytes; 2] {
    let published = node.published();
    let frames = published.frames();
    [View::Participant, View::Runner].map(|view| frames.view(view).etag.clone())
}

#[actix::test]
async fn a_point_a_minute_is_noted_and_no_poller_is_told() {
    let (node, people) = room(3).await;
    node.done(choose(people[0], 0, "a")).await;
    until("the vote", || node.frame(View::Runner)["results"]["responses"] == 1).await;
    looks(&node, 1).await;
    // What the numbers of people still had to show has been shown by now.
    until("the people", || node.frame(View::Runner)["participants"]["online"] == 3).await;
    let before = etags(&node);

    node.pass(20_000, &people);
    looks_in_vain(&node).await;
    node.pass(25_000, &people);
    node.pass(20_000, &people);
    looks(&node, 2).await;

    assert_eq!(etags(&node), before, "an idle poller gets 304");
    let points = node.session().await.timeline().points().to_vec();
    let [first, second] = points[..] else { panic!("{points:?}") };
    assert_eq!((first.online, first.answers), (3, 1));
    assert_eq!((second.online, second.answers), (3, 0));
    assert!((60_000..80_000).contains(&second.at.ms_since(first.at)));
}

#[actix::test]
async fn an_empty_room_is_not_noted_until_something_happens() {
    let (node, people) = room(1).await;
    node.pass(1_000, &people);
    looks(&node, 1).await;
    node.pass(400_000, &[]);
    looks_in_vain(&node).await;
    // From somebody who was not seen since.
    node.done(choose(people[0], 0, "a")).await;
    looks(&node, 2).await;
}

#[actix::test]
async fn nobody_counts_as_online_because_the_session_was_read_again() {
    let (node, people) = room(2).await;
    looks(&node, 1).await;
    in_time(node.registry.drain()).await;
    node.clock.advance(3_600_000);
    in_time(node.registry.activate(SESSION)).await.expect("it is there");
    assert_eq!(node.registry.online(SESSION, node.clock.now()), 0);
    looks_in_vain(&node).await;

    node.pass(40_000, &people[..1]);
    looks(&node, 2).await;
    assert_eq!(noted(&node)[1].1, 1);
    assert_eq!(node.registry.online(SESSION, node.clock.now()), 1);
}

#[actix::test]
async fn the_last_answers_are_noted_when_the_session_ends_and_then_no_more() {
    let (node, people) = room(2).await;
    looks(&node, 1).await;
    node.done(choose(people[0], 0, "a")).await;
    node.done(choose(people[1], 0, "b")).await;
    node.done(Command::Complete).await;
    let session = node.session().await;
    let last = session.timeline().points().last().copied();
    let at = node.clock.now();
    assert_eq!(last, Some(TimelinePoint { at, online: 2, answers: 2 }));
    node.pass(90_000, &people);
    looks_in_vain(&node).await;
}

#[actix::test]
async fn who_studies_a_session_sees_all_that_was_acknowledged_and_holds_nobody_up() {
    let (node, people) = room(2).await;
    node.done(choose(people[0], 0, "a")).await;
    let epoch = node.version(View::Runner).epoch();
    let (begun, began) = tokio::sync::oneshot::channel();
    let (go_on, may_go_on) = std::sync::mpsc::channel();
    let registry = node.registry.clone();
    let studying = actix::spawn(async move {
        let look = move |session: Session| {
            begun.send(()).expect("it is awaited");
            may_go_on.recv().expect("somebody says when");
            session.activities()[0].state.running().answered()
        };
        registry.study(SESSION, look).await
    });
    in_time(began).await.expect("the study begins");

    node.done(choose(people[1], 0, "b")).await;
    until("the vote", || node.frame(View::Runner)["results"]["responses"] == 2).await;
    go_on.send(()).expect("it is awaited");

    let seen = in_time(studying).await.expect("no panic").expect("it is there");
    assert_eq!(seen, 1, "what was acknowledged before, and no more");
    assert_eq!(node.version(View::Runner).epoch(), epoch, "nothing was taken over");
}
