//! What happens by the clock: deadlines, pacing, and going on when everybody has answered.

mod support;

use std::time::Duration;

use caja_actors::{
    activity::{Step, View},
    clock::Clock,
    seats::Departure,
    session::{Command, Event, NotAccepting, Rejection, Timestamp, Who},
};
use support::{
    clock::ManualClock,
    commands::{add, choose, join, play, poker_control, poll_control, rank, step, watch},
    in_time,
    journal::Mode,
    node::{Node, refusal},
    until,
};
use tokio::time::Instant;

/// A ranking that expires after 20 seconds.
const RANKING: u8 = 3;
const RANKING_MS: u64 = 20_000;
/// A poker table that reveals by itself.
const AUTO_REVEAL: u8 = 7;
/// Answers in time count that long after the deadline.
const GRACE_MS: u64 = 250;

fn expired_at(node: &Node) -> Vec<Timestamp> {
    let is_expiry = |event: &Event| matches!(event, Event::StepTaken { step: Step::Expire, .. });
    let entries = node.journal.entries().into_iter();
    entries.filter(|entry| is_expiry(&entry.event)).map(|entry| entry.at).collect()
}

#[actix::test]
async fn a_deadline_that_passed_while_the_session_was_away_applies_at_its_time() {
    let (node, people) = Node::running(RANKING, 1).await;
    let ends_at = node.clock.now().plus_ms(RANKING_MS);
    in_time(node.registry.drain()).await;
    node.clock.advance(3_600_000);
    let late = refusal(node.ask(rank(people[0], 0, &["a"])).await);
    assert_eq!(late, Rejection::NotAccepting(NotAccepting::Late));
    assert_eq!(expired_at(&node), [ends_at]);
    until("the end to be shown", || {
        node.frame(View::Participant)["activity"]["status"] == "expired"
    })
    .await;
}

#[actix::test]
async fn a_deadline_passes_once_however_often_the_session_comes_back() {
    let (node, _) = Node::running(RANKING, 1).await;
    let ends_at = node.clock.now().plus_ms(RANKING_MS);
    for _ in 0..3 {
        node.clock.advance(RANKING_MS + 1_000);
        node.session().await;
        in_time(node.registry.drain()).await;
    }
    assert_eq!(expired_at(&node), [ends_at]);
}

#[actix::test]
async fn a_deadline_passes_by_itself() {
    let (node, _) = Node::running(RANKING, 1).await;
    let ends_at = node.clock.now().plus_ms(RANKING_MS);
    in_time(node.registry.drain()).await;
    // The session wakes a moment before, and nobody asks anything of it.
    node.clock.advance(RANKING_MS + GRACE_MS - 20);
    in_time(node.registry.activate(support::stage::SESSION)).await.expect("it is there");
    node.clock.advance(20);
    until("the deadline", || expired_at(&node) == [ends_at]).await;
}

#[actix::test]
async fn an_answer_that_arrived_in_time_counts_though_it_is_handled_late() {
    let (node, people) = Node::running(RANKING, 2).await;
    let ends_at = node.clock.now().plus_ms(RANKING_MS);
    let in_time = Timestamp(ends_at.0 - 1);
    node.clock.advance(RANKING_MS + GRACE_MS - 1);
    assert!(node.ask_at(rank(people[0], 0, &["a"]), in_time).await.is_ok());
    let at_the_instant = refusal(node.ask_at(rank(people[1], 0, &["a"]), ends_at).await);
    assert_eq!(at_the_instant, Rejection::NotAccepting(NotAccepting::Late));
    node.clock.advance(1);
    node.session().await;
    assert_eq!(expired_at(&node), [ends_at]);
    assert!(node.journal.entries().is_sorted_by_key(|entry| entry.at));
}

#[actix::test]
async fn an_answer_that_arrived_in_time_counts_after_the_clock_ended_the_activity() {
    let (node, people) = Node::running(RANKING, 3).await;
    let ends_at = node.clock.now().plus_ms(RANKING_MS);
    let in_time = Timestamp(ends_at.0 - 1);
    node.clock.advance(RANKING_MS + 5_000);
    node.session().await;
    assert_eq!(expired_at(&node), [ends_at]);
    assert!(node.ask_at(rank(people[0], 0, &["a"]), in_time).await.is_ok());
    let late = Rejection::NotAccepting(NotAccepting::Late);
    assert_eq!(refusal(node.ask_at(rank(people[1], 0, &["a"]), ends_at).await), late);
    node.done(poll_control(0, "reveal")).await;
    assert!(node.ask_at(rank(people[2], 0, &["a"]), in_time).await.is_ok(), "it came before");
    node.done(Command::Complete).await;
    let changed = node.ask_at(rank(people[2], 0, &["b"]), in_time).await;
    assert_eq!(refusal(changed), late, "the results of a completed session have left");
}

#[actix::test]
async fn an_answer_noted_on_a_clock_that_was_behind_is_not_in_time_for_that() {
    let (ahead, people) = Node::running(RANKING, 1).await;
    ahead.clock.advance(RANKING_MS + 5_000);
    ahead.session().await;
    let behind = Node::on(ahead.journal.clone(), ManualClock::new());
    let noted = behind.clock.now();
    let late = Rejection::NotAccepting(NotAccepting::Late);
    assert_eq!(refusal(behind.ask_at(rank(people[0], 0, &["a"]), noted).await), late);
}

#[actix::test]
async fn an_answer_after_the_end_by_hand_is_late_though_the_clock_had_time_left() {
    let (node, people) = Node::running(RANKING, 1).await;
    let at = node.clock.now();
    node.ask(step(0, Step::Expire)).await.expect("it runs");
    let late = Rejection::NotAccepting(NotAccepting::Late);
    assert_eq!(refusal(node.ask_at(rank(people[0], 0, &["a"]), at.plus_ms(1)).await), late);
}

#[actix::test]
async fn an_answer_that_waited_behind_an_append_is_timed_at_its_arrival() {
    let (node, people) = Node::running(RANKING, 2).await;
    node.journal.set(Mode::Hold);
    let first = node.asked(rank(people[0], 0, &["a"])).await;
    let append = node.journal.held().await;
    node.clock.advance(RANKING_MS - 1);
    let second = node.asked(rank(people[1], 0, &["b"])).await;
    let _read = node.glance().await;
    node.clock.advance(10_000);
    append.commit();
    node.journal.let_go();
    assert!(first.answer().await.is_ok() && second.answer().await.is_ok());
    let session = node.session().await;
    assert_eq!(session.activities()[0].state.running().answered(), 2);
}

#[actix::test]
async fn a_vote_is_shown_soon_while_the_number_of_people_waits_its_turn() {
    let (node, people) = Node::running(0, 2).await;
    // The next one is shown in two seconds to the runner, in ten to everybody.
    node.done(join(7)).await;
    node.done(choose(people[0], 0, "a")).await;
    let voted = Instant::now();
    until("the vote", || node.frame(View::Participant)["results"]["responses"] == 1).await;
    assert!(voted.elapsed() < Duration::from_secs(1), "{:?}", voted.elapsed());
    until("the number", || node.frame(View::Runner)["participants"]["total"] == 3).await;
}

fn is_revealed(node: &Node) -> bool {
    node.frame(View::Runner)["activity"]["phase"] == "revealed"
}

/// A table that reveals by itself, with players, then as many who watch.
async fn table(players: u8, watchers: u8) -> (Node, Vec<Who>) {
    let node = Node::new();
    let mut people = vec![];
    for n in 0..players {
        people.push(node.seat(join(n)).await);
    }
    for n in players..players + watchers {
        people.push(node.seat(watch(n)).await);
    }
    for command in [Command::Open, add(0, AUTO_REVEAL), step(0, Step::Activate)] {
        node.done(command).await;
    }
    (node, people)
}

#[actix::test]
async fn the_table_is_revealed_when_the_last_player_has_voted_and_watchers_are_not_awaited() {
    let (node, people) = table(3, 2).await;
    for who in &people[..2] {
        node.done(play(*who, 0, "3")).await;
        assert!(!is_revealed(&node));
        assert!(!node.session().await.activities()[0].state.running().is_revealed());
    }
    node.done(play(people[1], 0, "5")).await;
    assert!(!node.session().await.activities()[0].state.running().is_revealed(), "a change");
    node.done(play(people[2], 0, "3")).await;
    assert!(node.session().await.activities()[0].state.running().is_revealed());
    until("the reveal", || is_revealed(&node)).await;
}

/// The first to join, when the table of seats is still empty, and later when it just grew.
#[actix::test]
async fn who_has_just_joined_is_awaited() {
    for seats_before in [0, 63, 64] {
        let (node, people) = table(seats_before + 2, 0).await;
        let (last, others) = people.split_last().expect("there are two");
        for who in others {
            node.done(play(*who, 0, "3")).await;
        }
        assert!(!node.session().await.activities()[0].state.running().is_revealed());
        node.done(play(*last, 0, "3")).await;
        assert!(node.session().await.activities()[0].state.running().is_revealed());

        let (node, people) = table(seats_before + 2, 0).await;
        let (first, others) = people.split_first().expect("there are two");
        for who in others {
            node.done(play(*who, 0, "3")).await;
        }
        assert!(!node.session().await.activities()[0].state.running().is_revealed());
        node.done(play(*first, 0, "3")).await;
        assert!(node.session().await.activities()[0].state.running().is_revealed());
    }
}

#[actix::test]
async fn who_joins_in_the_middle_of_a_round_is_awaited() {
    let (node, people) = table(2, 0).await;
    node.done(play(people[0], 0, "3")).await;
    let third = node.seat(join(9)).await;
    node.done(play(people[1], 0, "3")).await;
    assert!(!node.session().await.activities()[0].state.running().is_revealed());
    node.done(play(third, 0, "3")).await;
    assert!(node.session().await.activities()[0].state.running().is_revealed());
}

#[actix::test]
async fn who_withdrew_is_awaited_again() {
    let (node, people) = table(2, 0).await;
    node.done(play(people[0], 0, "3")).await;
    let withdraw =
        Command::Withdraw { who: people[0], activity: support::commands::activity(0), round: None };
    node.done(withdraw).await;
    node.done(play(people[1], 0, "3")).await;
    assert!(!node.session().await.activities()[0].state.running().is_revealed());
}

#[actix::test]
async fn a_new_round_awaits_everybody_again() {
    let (node, people) = table(2, 0).await;
    for who in &people {
        node.done(play(*who, 0, "3")).await;
    }
    node.done(poker_control(0, "revote", None)).await;
    node.done(play(people[0], 0, "3")).await;
    assert!(!node.session().await.activities()[0].state.running().is_revealed());
    node.done(play(people[1], 0, "3")).await;
    assert!(node.session().await.activities()[0].state.running().is_revealed());
}

#[actix::test]
async fn who_stops_polling_or_leaves_is_not_awaited_for_long() {
    let (node, people) = table(4, 0).await;
    for who in &people[..2] {
        node.done(play(*who, 0, "3")).await;
    }
    node.done(Command::Leave { id: people[3].id }).await;
    node.pass(20_000, &people[..3]);
    node.registry.tick();
    node.session().await;
    assert!(!is_revealed(&node), "one who is online has not voted");
    node.pass(15_000, &people[..2]);
    node.pass(20_000, &people[..2]);
    until("the reveal without the two who went", || {
        node.published().used(node.clock.now());
        node.registry.tick();
        is_revealed(&node)
    })
    .await;
    let results = &node.frame(View::Participant)["results"];
    assert_eq!(results["votes"]["3"], 2);
    assert_eq!(results["voted"], 2);
}

#[actix::test]
async fn nobody_online_reveals_nothing() {
    let (node, people) = table(1, 1).await;
    node.done(Command::Leave { id: people[0].id }).await;
    node.registry.tick();
    assert!(!node.session().await.activities()[0].state.running().is_revealed());
}

/// A little more than a seat is kept for somebody who never came.
const ABANDONED_MS: u64 = 121_000;

#[actix::test]
async fn the_seat_of_who_joined_and_never_came_is_given_back() {
    let (node, people) = Node::running(0, 2).await;
    let ghost = node.seat(join(2)).await;
    let late = node.seat(join(3)).await;
    node.pass(ABANDONED_MS, &[people[0], people[1]]);
    let seats = &node.published().seats;
    seats.polls(late.seat, node.clock.now());
    // A session that nobody asks for is not looked after.
    node.session().await;
    until("the seat to be free", || {
        node.registry.tick();
        seats.departure(ghost.seat).is_some()
    })
    .await;
    assert_eq!(seats.departure(ghost.seat), Some(Departure::Left));
    assert_eq!(node.session().await.people().present(), 3);
    assert_eq!(seats.departure(late.seat), None, "who polled once stays");
}

#[actix::test]
async fn nobody_loses_a_seat_to_a_recovery() {
    let (node, people) = Node::running(0, 2).await;
    in_time(node.registry.drain()).await;
    node.session().await;
    node.pass(ABANDONED_MS, &[]);
    for _ in 0..20 {
        node.registry.tick();
        node.session().await;
    }
    assert_eq!(node.session().await.people().present(), people.len() as u32);
}
