//! A session that stops, for whatever reason, comes back with all it acknowledged.

mod support;

use caja_actors::{
    activity::{Step, View},
    codec::encode_snapshot,
    copies::{Copy, Known},
    journal::SnapshotRow,
    my_answers::GivenAnswer,
    publish::Standing,
    session::{Command, NotAccepting, Rejection, Reply, Version, Who},
};
use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use support::{
    acts::script,
    clock::ManualClock,
    commands::{announce, choose, join, step},
    in_time,
    journal::Mode,
    node::{Node, damage, is_unavailable, refusal, seat_of},
    stage::{SESSION, Stage},
    until,
};

/// Longer than a session stays in memory unused.
const IDLE_MS: u64 = 16 * 60_000;

fn answered(node: &Node) -> u64 {
    node.frame(View::Runner)["results"]["responses"].as_u64().expect("a number")
}

#[actix::test]
async fn after_a_failed_append_the_session_comes_back_without_the_lost_vote() {
    let (node, people) = Node::running(0, 2).await;
    node.done(choose(people[1], 0, "b")).await;
    let (epoch, before) = (node.journal.epoch(), node.state().await);
    node.journal.set(Mode::Hold);
    let lost = node.asked(choose(people[0], 0, "a")).await;
    let append = node.journal.held().await;
    let behind = node.asked(join(9)).await;
    append.refuse();
    assert!(is_unavailable(&lost.answer().await) && is_unavailable(&behind.answer().await));

    node.journal.set(Mode::Commit);
    assert_eq!(node.state().await, before);
    assert!(epoch < node.journal.epoch());
    assert_eq!(node.version(View::Runner).epoch(), node.journal.epoch());
    assert_eq!(answered(&node), 1);
    let again = node.done(choose(people[0], 0, "a")).await;
    assert_eq!(again.reply, Reply::Answered { is_new: true, position: None });
}

#[actix::test]
async fn a_retry_after_an_unknown_outcome_changes_nothing_and_is_granted() {
    let (node, people) = Node::running(1, 1).await;
    node.journal.set(Mode::Hold);
    let vote = node.asked(choose(people[0], 0, "a")).await;
    let append = node.journal.held().await;
    append.commit_and_crash();
    assert!(is_unavailable(&vote.answer().await));
    node.journal.set(Mode::Commit);
    let (retry, state) = (node.done(choose(people[0], 0, "a")).await, node.state().await);
    assert_eq!(retry.reply, Reply::Answered { is_new: false, position: None });
    assert_eq!(node.done(choose(people[0], 0, "a")).await, retry, "the same receipt each time");
    assert_eq!(node.state().await, state);
    assert_eq!(answered(&node), 1);
}

#[actix::test]
async fn joining_again_after_an_unknown_outcome_gives_the_same_seat() {
    let (node, _) = Node::running(0, 1).await;
    node.journal.set(Mode::Hold);
    let joining = node.asked(join(7)).await;
    let append = node.journal.held().await;
    append.commit_and_crash();
    assert!(is_unavailable(&joining.answer().await));
    node.journal.set(Mode::Commit);
    let first = node.done(join(7)).await;
    assert!(matches!(first.reply, Reply::Joined { is_new: false, .. }));
    assert_eq!(node.seat(join(7)).await, seat_of(&first));
    assert_eq!(node.session().await.people().present(), 2);
}

#[actix::test]
async fn a_panic_costs_one_request_and_not_the_session() {
    let (node, people) = Node::running(0, 1).await;
    node.journal.set(Mode::Panic);
    assert!(is_unavailable(&node.ask(choose(people[0], 0, "a")).await));
    node.journal.set(Mode::Commit);
    node.done(choose(people[0], 0, "a")).await;
    assert_eq!(node.session().await.activities()[0].state.running().answered(), 1);
}

#[actix::test]
async fn whose_lease_ended_meanwhile_acknowledges_and_shows_nothing() {
    let (node, people) = Node::running(0, 2).await;
    node.journal.set(Mode::Hold);
    let vote = node.asked(choose(people[0], 0, "a")).await;
    let frames = node.published().frames().clone();
    let append = node.journal.held().await;
    node.journal.set(Mode::Commit);
    node.journal.lapse();
    append.commit();
    assert!(is_unavailable(&vote.answer().await), "it is durable, and nobody says so");
    assert_eq!(node.published().frames().runner.body, frames.runner.body);

    // The next request takes the session over anew, and finds the vote.
    let again = node.done(choose(people[0], 0, "a")).await;
    assert_eq!(again.reply, Reply::Answered { is_new: false, position: None });
    assert!(frames.runner.version.epoch() < again.version.epoch());

    // What rests on no append is not said either.
    node.journal.lapse();
    assert!(is_unavailable(&node.ask(choose(people[0], 0, "a")).await));
    assert_eq!(answered(&node), 1);
}

#[actix::test]
async fn who_lost_the_session_to_another_node_acknowledges_nothing() {
    let (old, people) = Node::running(0, 2).await;
    let new = Node::on(old.journal.clone(), old.clock.clone());
    old.journal.set(Mode::Hold);
    let under_way = old.asked(choose(people[0], 0, "a")).await;
    let append = old.journal.held().await;
    old.journal.set(Mode::Commit);

    assert!(new.ask(choose(people[1], 0, "b")).await.is_ok());
    let frames = old.published().frames().clone();
    append.commit();
    assert!(is_unavailable(&under_way.answer().await), "its append was fenced");
    assert_eq!(old.published().frames().runner.body, frames.runner.body);
    assert_eq!(new.session().await.activities()[0].state.running().answered(), 1);

    // Asked again, the old node takes the session back: nothing is lost, nothing there twice.
    old.done(choose(people[0], 0, "a")).await;
    assert_eq!(old.session().await.activities()[0].state.running().answered(), 2);
    assert!(frames.version() < old.version(View::Runner));
    assert!(is_unavailable(&new.ask(choose(people[1], 0, "c")).await));
    new.done(choose(people[1], 0, "c")).await;
}

/// What a participant reads at `/me`, as far as answers go.
fn own_answers(node: &Node, who: Who) -> Option<Vec<GivenAnswer>> {
    let published = node.published();
    let activities = published.frames().activities.clone();
    let mut answers: Vec<_> = published.seats.me(who.seat, who.id)?.answers.iter().collect();
    answers.retain(|given| {
        activities.iter().any(|it| it.no == given.activity && it.round <= given.round)
    });
    answers.sort_by_key(|given| given.activity);
    Some(answers)
}

/// Scripts of which the `n`-th always is the same.
fn scripts(n: usize, most: usize) -> Vec<Vec<support::acts::Act>> {
    let mut runner = TestRunner::deterministic();
    let strategy = script(most);
    (0..n).map(|_| strategy.new_tree(&mut runner).expect("it makes one").current()).collect()
}

#[actix::test]
async fn leaving_memory_and_coming_back_changes_nothing_that_anybody_sees() {
    for script in scripts(25, 120) {
        let node = Node::new();
        let (mut stage, mut shown) = (Stage::new(), Version(0));
        for act in &script {
            let Some((command, at)) = stage.cast.command(&stage.session, act) else {
                continue;
            };
            if let Ok(receipt) = node.ask_at(command, at).await {
                stage.cast.heard(&receipt.reply);
                shown = receipt.version;
            }
            stage.session = node.session().await;
        }
        until("the last change to be shown", || shown <= node.version(View::Participant)).await;
        let (state, people) = (node.state().await, stage.cast.people.clone());
        let before: Vec<_> = people.iter().map(|who| own_answers(&node, *who)).collect();
        let gone: Vec<bool> =
            people.iter().map(|who| node.published().seats.departure(who.seat).is_some()).collect();
        let version = node.published().frames().version();
        let standings = stage.session.standings();

        in_time(node.registry.drain()).await;
        assert!(node.registry.is_empty());
        assert_eq!(node.state().await, state);
        let after: Vec<_> = people.iter().map(|who| own_answers(&node, *who)).collect();
        assert_eq!(after, before);
        assert!(
            people.iter().map(|who| node.published().seats.departure(who.seat).is_some()).eq(gone)
        );
        assert!(version < node.published().frames().version());
        assert_eq!(*node.published().frames().standings, standings);
    }
}

#[actix::test]
async fn a_session_nobody_asks_for_leaves_memory() {
    let (node, _) = Node::running(0, 1).await;
    let state = node.state().await;
    node.clock.advance(IDLE_MS);
    node.registry.tick();
    until("the session to leave", || node.registry.is_empty()).await;
    assert_eq!(node.state().await, state);
}

#[actix::test]
async fn a_completed_session_serves_its_last_frame_and_takes_nothing_more() {
    let (node, people) = Node::running(0, 1).await;
    node.done(choose(people[0], 0, "a")).await;
    node.done(Command::Complete).await;
    until("a snapshot", || node.journal.snapshots_saved() == 1).await;
    let (epoch, state) = (node.journal.epoch(), node.state().await);
    let body = node.published().frames().participant.body.clone();
    node.clock.advance(11_000);
    node.registry.tick();
    assert_eq!(node.published().frames().participant.body, body, "polls go on from memory");
    until("the actor to end", || node.journal.epoch() == epoch && node.registry.len() == 1).await;
    let late = refusal(node.ask(choose(people[0], 0, "b")).await);
    assert_eq!(late, Rejection::NotAccepting(NotAccepting::Late));
    assert_eq!(refusal(node.ask(Command::Open).await), Rejection::SessionCompleted);
    assert_eq!(node.state().await, state);
    assert_eq!(node.frame(View::Participant)["session"]["status"], "completed");
}

/// Where there are others one of them could change it, and who polls here would not see that.
#[actix::test]
async fn a_completed_session_that_others_could_take_over_stays_with_its_owner() {
    let (node, _) = Node::running(0, 1).await;
    node.journal.share();
    node.done(Command::Complete).await;
    let epoch = node.journal.epoch();
    node.clock.advance(11_000);
    node.registry.tick();
    node.done(Command::Observe { online: 0 }).await;
    assert!(node.registry.owns(SESSION));
    assert_eq!(node.journal.epoch(), epoch, "it was not read again");
}

/// What comes late from another owner takes nothing from who owns the session now.
#[actix::test]
async fn a_copy_that_comes_while_the_session_runs_here_changes_nothing() {
    let (node, _) = Node::running(0, 1).await;
    let copy = Copy::of(&node.published(), Known::default());
    node.registry.take_in(SESSION, &copy).expect("it is published");
    node.registry.lose(SESSION);
    assert!(node.registry.owns(SESSION));
    assert!(matches!(node.published().standing(), Standing::Owned(_)));
}

#[actix::test]
async fn a_session_that_stopped_and_is_asked_for_is_adrift_until_it_runs_again() {
    let (node, _) = Node::running(0, 1).await;
    assert_eq!(node.registry.adrift(), []);
    node.journal.lapse();
    assert_eq!(node.registry.lapse(), [SESSION]);
    assert_eq!(node.published().standing(), Standing::Lost);
    assert_eq!(node.registry.adrift(), [SESSION]);
    node.registry.own(SESSION).await.unwrap();
    assert_eq!(node.registry.adrift(), []);
    assert!(matches!(node.published().standing(), Standing::Owned(_)));
    node.journal.lapse();
    node.registry.lapse();
    node.clock.advance(31_000);
    assert_eq!(node.registry.adrift(), [], "nobody asks for it any more");
}

/// Lets the journal grow by so many events of 64 KiB.
async fn grow(node: &Node, events: u8) {
    for n in 0..events {
        let mark = char::from(b'a' + n % 2);
        node.done(announce(64 << 10, mark)).await;
    }
}

async fn with_two_snapshots() -> Node {
    let (node, _) = Node::running(0, 3).await;
    for saved in 1..=3 {
        grow(&node, 16).await;
        until("a snapshot", || node.journal.snapshots_saved() >= saved).await;
    }
    // Too little to leave another snapshot when the session leaves memory.
    node.done(announce(100, '!')).await;
    assert_eq!(node.journal.snapshots_saved(), 3);
    node
}

#[actix::test]
async fn snapshots_are_taken_when_the_journal_outgrew_them_and_two_are_kept() {
    let node = with_two_snapshots().await;
    let [older, newer] = node.journal.snapshots()[..] else { panic!("two are kept") };
    assert!(older < newer && newer < node.session().await.seq());
    let kept = node.journal.rows_kept();
    assert!(kept[0] > older && kept[0].0 == older.0 + 1, "the journal begins after the older one");
    let state = node.state().await;
    in_time(node.registry.drain()).await;
    assert_eq!(node.state().await, state);
}

#[actix::test]
async fn a_damaged_snapshot_costs_nothing_while_the_one_before_is_intact() {
    let node = with_two_snapshots().await;
    let state = node.state().await;
    in_time(node.registry.drain()).await;
    node.journal.damage_snapshot(1);
    assert_eq!(node.state().await, state);
}

#[actix::test]
async fn a_snapshot_saved_while_another_is_read_is_no_damage() {
    let node = with_two_snapshots().await;
    let session = node.session().await;
    let state = encode_snapshot(&session);
    in_time(node.registry.drain()).await;
    // The reader begins at the older snapshot, after which the journal is truncated.
    node.journal.damage_snapshot(1);
    let newer =
        SnapshotRow { seq: session.seq(), taken_at: session.last_at(), state: state.clone() };
    node.journal.save_under_the_next_reader(newer, node.journal.snapshots()[1]);
    assert_eq!(node.state().await, state);
}

#[actix::test]
async fn what_can_not_be_read_is_reported_and_never_empty() {
    let node = with_two_snapshots().await;
    in_time(node.registry.drain()).await;
    node.journal.damage_snapshot(0);
    node.journal.damage_snapshot(1);
    for _ in 0..3 {
        let error = node.ask(join(9)).await.expect_err("it can't be read");
        assert!(damage(&error).is_some_and(|what| what.contains("missing")), "{error}");
        assert!(node.registry.published(SESSION).is_none());
    }
    let tried = node.journal.epoch();
    node.clock.advance(1_999);
    node.ask(join(9)).await.expect_err("it can't be read");
    assert_eq!(node.journal.epoch(), tried, "the store is not asked each time");
    node.clock.advance(1);
    node.ask(join(9)).await.expect_err("it can't be read");
    assert!(tried < node.journal.epoch(), "it may have been mended");
}

#[actix::test]
async fn a_node_whose_clock_is_behind_does_not_go_back_in_time() {
    let (ahead, people) = Node::running(0, 1).await;
    ahead.clock.advance(60_000);
    ahead.done(choose(people[0], 0, "a")).await;
    let behind = Node::on(ahead.journal.clone(), ManualClock::new());
    behind.done(choose(people[0], 0, "b")).await;
    behind.done(step(0, Step::Expire)).await;
    let entries = behind.journal.entries();
    assert!(entries.is_sorted_by_key(|entry| entry.at));
    let first = Version::first_of(behind.journal.epoch());
    assert!(first <= behind.version(View::Participant));
}
