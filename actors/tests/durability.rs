//! Nothing leaves a session before it is durable. The test holds the journal by the hand.

mod support;

use caja_actors::{
    activity::View,
    handle::AskError,
    registry::CallError,
    session::{Command, NotAccepting, Rejection, Reply},
};
use futures_util::future::join_all;
use support::{
    commands::{announce, choose, join, poll_control, step},
    in_time,
    journal::Mode,
    node::{Node, is_busy, is_unavailable, refusal, seat_of},
    poll_until,
    stage::SESSION,
    until,
};

/// Commands that may wait behind an append.
const MAX_WAITING: usize = 4_096;

#[actix::test]
async fn reply_frame_seat_and_read_wait_until_the_vote_is_durable() {
    let (node, people) = Node::running(0, 2).await;
    node.journal.set(Mode::Hold);
    let frames = node.published().frames().clone();

    let vote = node.asked(choose(people[0], 0, "b")).await;
    let append = node.journal.held().await;
    let newcomer = node.asked(join(7)).await;
    let read = node.glance().await;

    let now = node.published().frames().clone();
    assert!(!vote.is_answered() && !newcomer.is_answered() && !read.is_finished());
    for view in [View::Participant, View::Runner] {
        assert_eq!(now.view(view).body, frames.view(view).body);
    }
    let seats = || node.published();
    let own = || seats().seats.me(people[0].seat, people[0].id).expect("they joined");
    assert_eq!(own().answers.iter().count(), 0);

    append.commit();
    let receipt = vote.answer().await.expect("it counts");
    assert_eq!(receipt.reply, Reply::Answered { is_new: true, position: None });
    assert_eq!(own().answers.iter().count(), 1);
    assert!(!newcomer.is_answered() && !read.is_finished(), "these rest on the second append");

    let append = node.journal.held().await;
    append.commit();
    let newcomer = seat_of(&newcomer.answer().await.expect("they join"));
    assert!(seats().seats.me(newcomer.seat, newcomer.id).is_some());
    assert_eq!(in_time(read).await.unwrap().unwrap().people().present(), 3);
    until("the vote in the frame", || node.frame(View::Participant)["results"]["counts"]["b"] == 1)
        .await;
    assert!(receipt.version <= node.version(View::Participant));
}

/// Unlike votes, which may wait for the next frame anyway, this is captured with its batch.
#[actix::test]
async fn what_a_facilitator_does_is_shown_when_it_is_durable_and_not_before() {
    let (node, _) = Node::running(0, 1).await;
    node.journal.set(Mode::Hold);
    let announced = node.asked(announce(3, '!')).await;
    let append = node.journal.held().await;
    let _read = node.glance().await;
    for view in [View::Participant, View::Runner] {
        assert!(node.frame(view)["announcement"].is_null());
    }
    append.commit();
    let receipt = announced.answer().await.expect("it is granted");
    for view in [View::Participant, View::Runner] {
        assert_eq!(node.frame(view)["announcement"], "!!!");
    }
    assert!(receipt.version <= node.version(View::Participant));
}

#[actix::test]
async fn the_frame_of_a_receipts_version_contains_its_effect() {
    let (node, people) = Node::running(0, 20).await;
    for (voted, who) in (1..).zip(people) {
        let receipt = node.done(choose(who, 0, "a")).await;
        let frame = poll_until("the version", || {
            let frame = node.frame(View::Participant);
            (receipt.version.0 <= frame["version"].as_u64()?).then_some(frame)
        })
        .await;
        assert_eq!(frame["results"]["counts"]["a"], voted);
    }
}

#[actix::test]
async fn a_refusal_that_rests_on_an_undurable_event_waits_for_it() {
    let (node, people) = Node::running(1, 1).await;
    node.journal.set(Mode::Hold);
    let vote = node.asked(choose(people[0], 0, "a")).await;
    let append = node.journal.held().await;
    let change = node.asked(choose(people[0], 0, "b")).await;
    let _read = node.glance().await;
    assert!(!change.is_answered());

    append.commit();
    assert!(vote.answer().await.is_ok());
    assert_eq!(refusal(change.answer().await), Rejection::ChangeNotAllowed);
}

#[actix::test]
async fn a_refusal_that_rests_on_a_lost_event_is_never_told() {
    let (node, people) = Node::running(1, 1).await;
    node.journal.set(Mode::Hold);
    let vote = node.asked(choose(people[0], 0, "a")).await;
    let append = node.journal.held().await;
    let change = node.asked(choose(people[0], 0, "b")).await;
    let read = node.glance().await;

    append.refuse();
    assert!(is_unavailable(&vote.answer().await));
    assert!(is_unavailable(&change.answer().await), "their first vote is not stored after all");
    let read = in_time(read).await.unwrap();
    assert!(matches!(read, Err(CallError::Ask(AskError::Unavailable))), "{read:?}");

    node.journal.set(Mode::Commit);
    node.done(choose(people[0], 0, "b")).await;
}

#[actix::test]
async fn a_refusal_of_an_idle_session_never_touches_the_journal() {
    let (node, people) = Node::running(0, 1).await;
    node.done(poll_control(0, "lock")).await;
    node.journal.set(Mode::Hold);
    let refused = refusal(node.ask(choose(people[0], 0, "a")).await);
    assert_eq!(refused, Rejection::NotAccepting(NotAccepting::Locked));
    assert!(node.journal.holds_nothing());
}

#[actix::test]
async fn what_waits_shares_one_append() {
    let (node, people) = Node::running(0, 51).await;
    node.journal.set(Mode::Hold);
    let first = node.asked(choose(people[0], 0, "a")).await;
    let append = node.journal.held().await;
    let mut rest = vec![];
    for who in &people[1..] {
        rest.push(node.asked(choose(*who, 0, "a")).await);
    }
    let _read = node.glance().await;
    assert!(node.journal.holds_nothing(), "one append at a time");
    append.commit();
    assert!(first.answer().await.is_ok());

    let append = node.journal.held().await;
    assert_eq!(append.append.count, 50);
    append.commit();
    let rest = join_all(rest.into_iter().map(|vote| vote.answer())).await;
    assert!(rest.iter().all(Result::is_ok));
    assert_eq!(node.session().await.activities()[0].state.running().answered(), 51);
}

#[actix::test]
async fn a_full_queue_sheds_and_recovers() {
    let (node, people) = Node::running(0, 2).await;
    node.journal.set(Mode::Hold);
    let first = node.asked(choose(people[0], 0, "a")).await;
    let append = node.journal.held().await;

    let (mut waiting, mut waiting_reads) = (vec![], vec![]);
    for n in 0..MAX_WAITING + 20 {
        waiting.push(node.asked(choose(people[1], 0, ["a", "b"][n % 2])).await);
        if n % 1_000 == 0 {
            // Lets the actor take what is in its mailbox, which has the same bound.
            waiting_reads.push(node.glance().await);
        }
    }
    append.commit();
    assert!(first.answer().await.is_ok());
    node.journal.let_go();
    let answers = join_all(waiting.into_iter().map(|vote| vote.answer())).await;
    let shed = answers.iter().filter(|answer| is_busy(answer)).count();
    assert!(answers.iter().all(|answer| answer.is_ok() || is_busy(answer)));
    assert_eq!(answers.len() - shed + waiting_reads.len(), MAX_WAITING);
    assert!(node.ask(choose(people[1], 0, "c")).await.is_ok());
}

#[actix::test]
async fn a_queue_of_large_events_sheds_at_a_mebibyte() {
    let (node, _) = Node::running(0, 0).await;
    node.journal.set(Mode::Hold);
    let first = node.asked(announce(10, '.')).await;
    let append = node.journal.held().await;
    let mut waiting = vec![];
    for n in 0..20u8 {
        waiting.push(node.asked(announce(64 << 10, char::from(b'a' + n))).await);
    }
    append.commit();
    assert!(first.answer().await.is_ok());
    node.journal.let_go();
    let answers = join_all(waiting.into_iter().map(|it| it.answer())).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 16);
    assert!(answers[16..].iter().all(is_busy));
}

#[actix::test]
async fn readers_are_shed_too_when_the_queue_is_full() {
    let (node, _) = Node::running(0, 0).await;
    node.journal.set(Mode::Hold);
    let _first = node.asked(announce(10, '.')).await;
    let append = node.journal.held().await;
    let _second = node.asked(announce(2 << 20, 'a')).await;
    let read = in_time(node.registry.read(SESSION, |_| ())).await;
    assert!(matches!(read, Err(CallError::Ask(AskError::Busy))), "{read:?}");
    append.commit();
}

#[actix::test]
async fn a_vote_counts_though_its_sender_went_away() {
    let (node, people) = Node::running(0, 1).await;
    node.journal.set(Mode::Hold);
    {
        let asking = node.ask(choose(people[0], 0, "a"));
        assert!(futures_util::future::poll_immediate(Box::pin(asking)).await.is_none());
    }
    node.journal.held().await.commit();
    let session = in_time(node.glance().await).await.unwrap().unwrap();
    assert_eq!(session.activities()[0].state.running().answered(), 1);
}

#[actix::test]
async fn leaving_waits_for_what_was_accepted() {
    let (node, people) = Node::running(0, 1).await;
    node.journal.set(Mode::Hold);
    let vote = node.asked(choose(people[0], 0, "a")).await;
    let append = node.journal.held().await;
    let registry = node.registry.clone();
    let leaving = actix::spawn(async move { registry.drain().await });
    tokio::task::yield_now().await;
    assert!(!leaving.is_finished() && !vote.is_answered());
    append.commit();
    in_time(leaving).await.unwrap();
    assert!(vote.answer().await.is_ok());
    assert!(node.registry.is_empty());
}

#[actix::test]
async fn nothing_of_a_session_that_does_not_exist_stays_in_memory() {
    let node = Node::new();
    let nobody = caja_actors::session::SessionId(uuid::Uuid::from_u128(404));
    let open = Command::Open;
    let answer = in_time(node.registry.ask(nobody, open, support::stage::BEGINNING)).await;
    assert!(matches!(answer, Err(CallError::Journal(_))));
    assert!(node.registry.is_empty());
    assert!(node.ask(step(0, caja_actors::activity::Step::Publish)).await.is_err());
    assert_eq!(node.registry.len(), 1);
}
