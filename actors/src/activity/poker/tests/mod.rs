//! The rules of poker, through the calls that the framework makes.

mod recount;
mod results;

use serde_json::{Value, json};

use super::*;
use crate::{
    activity::{ActivityStatus, rules::ActivityConfig},
    session::FieldError,
};

/// A table with people around it, and the part of the framework that counts rounds.
struct Game {
    poker: Poker,
    people: People,
    round: Round,
    show_names: bool,
}

impl Game {
    fn new(config: Value) -> Self {
        Self::with(People::named(["Ana", "Bo", "Cy"]), config)
    }

    fn with(people: People, config: Value) -> Self {
        let mut config: PokerConfig = serde_json::from_value(config).unwrap();
        assert_eq!(config.complete(), []);
        Self { poker: Poker::new(Arc::new(config)), people, round: Round::FIRST, show_names: true }
    }

    fn scene(&self) -> Scene<'_> {
        Scene {
            no: crate::activity::ActivityNo(0),
            at: Timestamp(1_000),
            status: ActivityStatus::Active,
            round: self.round,
            people: &self.people,
            show_names: self.show_names,
            profanity: crate::session::Profanity::Off,
            pacing_ms: 2_000,
        }
    }

    fn vote(&mut self, seat: u32, card: &str) -> Result<(), Rejection> {
        self.poker.accepts(&self.scene())?;
        let answer: PokerAnswer = serde_json::from_value(json!({ "card": card })).unwrap();
        let given = self.poker.read(&answer, &self.scene())?;
        self.poker.put(Seat(seat), &given, Timestamp(1_000));
        Ok(())
    }

    fn control(&mut self, body: Value) -> Result<(), Rejection> {
        let control: PokerControl = serde_json::from_value(body).unwrap();
        let change = self.poker.decide_control(&control, &self.scene())?;
        self.apply(change);
        Ok(())
    }

    fn act(&mut self, action: &str) -> Result<(), Rejection> {
        self.control(json!({ "action": action }))
    }

    fn apply(&mut self, change: PokerChange) {
        self.poker.apply(&change, &self.people, Timestamp(1_000));
        if Poker::starts_round(&change) {
            self.round = self.round.next();
        }
    }

    fn extend(&mut self, titles: &[&str]) {
        let mut config = (*self.poker.config).clone();
        let stories = titles.iter().map(|title| json!({ "title": title }));
        config.stories.extend(stories.map(|story| serde_json::from_value::<Story>(story).unwrap()));
        assert_eq!(config.complete(), []);
        assert!(config.appends_to(&self.poker.config));
        self.poker.extend(Arc::new(config));
    }

    /// What a view sees while the given seats are online.
    fn results(&self, online: &[u32]) -> Value {
        let is_online = (0..).map(|seat| online.contains(&seat));
        let is_online: Vec<bool> = is_online.take(self.people.seats().len()).collect();
        let awaited = |seat: &&u32| {
            let person = self.people.at(Seat(**seat));
            !person.spectator && self.poker.given(Seat(**seat)).is_none()
        };
        let audience = Audience {
            is_online,
            online: u32::try_from(online.len()).unwrap(),
            awaited: u32::try_from(online.iter().filter(awaited).count()).unwrap(),
        };
        let seen = [View::Participant, View::Runner].map(|view| {
            let wire = self.poker.results(view, &audience, &self.scene()).unwrap();
            serde_json::to_value(wire).unwrap()
        });
        assert_eq!(seen[0], seen[1], "both views see the same");
        seen[0].clone()
    }

    fn current(&self) -> Value {
        serde_json::to_value(self.poker.current().unwrap()).unwrap()
    }

    fn stories(&self) -> Value {
        serde_json::to_value(self.poker.stories().unwrap()).unwrap()
    }
}

fn invalid(pointer: &str, detail: &str) -> Result<(), Rejection> {
    Err(Rejection::Invalid(vec![FieldError::new(pointer, detail)]))
}

const UNTIMELY: Result<(), Rejection> = Err(Rejection::InvalidAction);

fn two_stories() -> Value {
    json!({"stories": [{"title": "Log in"}, {"title": "Log out", "link": "https://a.example/2"}]})
}

#[test]
fn the_first_story_takes_votes_at_once() {
    let mut game = Game::new(two_stories());
    assert_eq!(game.poker.phase(&game.scene()), "voting");
    assert_eq!(game.vote(0, "½"), invalid("/card", "is not in the deck"));
    for card in ["0", "?", "☕"] {
        assert_eq!(game.vote(0, card), Ok(()));
        let body = Poker::answer_body(&game.poker.config, game.poker.given(Seat(0)).unwrap());
        assert_eq!(serde_json::to_value(body).unwrap(), json!({ "card": card }));
    }
    assert_eq!(game.poker.answered(), 1);
}

#[test]
fn a_vote_after_reveal_is_late() {
    let mut game = Game::new(json!({}));
    game.vote(0, "5").unwrap();
    game.act("reveal").unwrap();
    assert_eq!(game.vote(1, "8"), Err(Rejection::NotAccepting(NotAccepting::Late)));
    assert_eq!(game.poker.phase(&game.scene()), "revealed");
}

#[test]
fn reveal_needs_a_vote_and_happens_once() {
    let mut game = Game::new(json!({}));
    assert_eq!(game.act("reveal"), UNTIMELY);
    game.vote(0, "5").unwrap();
    game.poker.take_back(Seat(0));
    assert_eq!(game.act("reveal"), UNTIMELY);
    game.vote(0, "5").unwrap();
    assert_eq!(game.act("reveal"), Ok(()));
    assert_eq!(game.act("reveal"), UNTIMELY);
}

#[test]
fn unknown_actions_are_refused() {
    let mut game = Game::new(two_stories());
    for action in ["hide", "lock", "reset", "Reveal", ""] {
        assert_eq!(game.act(action), UNTIMELY, "{action}");
    }
    let refused = game.control(json!({"action": "reveal", "estimate": "5"}));
    assert_eq!(refused, invalid("/estimate", "goes with accept only"));
}

#[test]
fn only_reveal_works_on_an_expired_table() {
    let works = |action: &str| {
        Poker::works_when_expired(&serde_json::from_value(json!({ "action": action })).unwrap())
    };
    assert!(works("reveal"));
    assert!(!["revote", "accept", "next", "previous", "hide"].into_iter().any(works));
}

#[test]
fn next_and_previous_stop_at_the_ends() {
    let mut game = Game::new(two_stories());
    assert_eq!(game.act("previous"), UNTIMELY);
    assert_eq!(game.act("next"), Ok(()));
    assert_eq!(game.current()["story"]["id"], "s2");
    assert_eq!(game.act("next"), UNTIMELY);
    assert_eq!(game.act("previous"), Ok(()));
    assert_eq!(game.current()["story"]["id"], "s1");
    assert_eq!(game.round, Round(3));
    let mut without = Game::new(json!({}));
    assert_eq!(without.act("next"), UNTIMELY);
    assert_eq!(without.act("previous"), UNTIMELY);
}

#[test]
fn revote_keeps_a_revealed_round_and_forgets_a_hidden_one() {
    let mut game = Game::new(json!({}));
    game.vote(0, "5").unwrap();
    game.act("revote").unwrap();
    assert_eq!(game.poker.answered(), 0);
    game.vote(0, "8").unwrap();
    game.vote(1, "13").unwrap();
    game.act("reveal").unwrap();
    game.act("revote").unwrap();
    game.vote(0, "13").unwrap();
    game.act("reveal").unwrap();
    let results = game.results(&[]);
    let earlier = json!([{
        "round": 2, "votes": {"8": 1, "13": 1}, "mean": 10.5, "median": 10.5, "agreement": 0.5,
    }]);
    assert_eq!(results["rounds"], earlier);
    assert_eq!(results["round"], 3);
}

#[test]
fn moving_on_keeps_each_storys_rounds_apart() {
    let mut game = Game::new(two_stories());
    game.vote(0, "5").unwrap();
    game.act("reveal").unwrap();
    game.act("next").unwrap();
    game.vote(0, "8").unwrap();
    game.act("previous").unwrap();
    game.vote(0, "3").unwrap();
    game.act("reveal").unwrap();
    let results = game.results(&[]);
    assert_eq!(results["rounds"][0]["votes"], json!({"5": 1}));
    assert_eq!(results["rounds"].as_array().unwrap().len(), 1);
    assert_eq!(game.stories()[0]["rounds"], 2);
    assert_eq!(game.stories()[1]["rounds"], 0, "the second story's votes were never revealed");
}

#[test]
fn only_the_last_rounds_of_a_story_are_kept_but_all_are_counted() {
    let mut game = Game::new(two_stories());
    for _ in 0..25 {
        game.vote(0, "5").unwrap();
        game.act("reveal").unwrap();
        game.act("revote").unwrap();
    }
    game.vote(0, "5").unwrap();
    game.act("reveal").unwrap();
    let rounds = game.results(&[])["rounds"].clone();
    assert_eq!(rounds.as_array().unwrap().len(), 20);
    assert_eq!(rounds[19]["round"], 25);
    assert_eq!(game.stories()[0]["rounds"], 26);
}

#[test]
fn an_accepted_estimate_is_a_card_and_may_be_replaced() {
    let mut game = Game::new(two_stories());
    let accept = |estimate: &str| json!({"action": "accept", "estimate": estimate});
    game.vote(0, "5").unwrap();
    assert_eq!(game.control(accept("5")), UNTIMELY, "nothing is revealed");
    game.act("reveal").unwrap();
    for wrong in ["4", "?", "☕", "", "XL"] {
        let refused = game.control(accept(wrong));
        assert_eq!(refused, invalid("/estimate", "must be a card other than ? and ☕"), "{wrong}");
    }
    assert_eq!(game.act("accept"), invalid("/estimate", "must be a card other than ? and ☕"));
    assert_eq!(game.results(&[])["estimate"], Value::Null);
    assert_eq!(game.control(accept("0")), Ok(()));
    assert_eq!(game.stories()[0]["estimate"], "0");
    assert_eq!(game.control(accept("8")), Ok(()));
    assert_eq!(game.results(&[])["estimate"], "8");
    let stories = json!([
        {"id": "s1", "title": "Log in", "estimate": "8", "rounds": 1},
        {"id": "s2", "title": "Log out", "rounds": 0},
    ]);
    assert_eq!(game.stories(), stories);
    assert_eq!(game.round, Round::FIRST, "accepting is no new round");
}

#[test]
fn participants_see_the_present_story_and_no_other() {
    let game = Game::new(two_stories());
    let current = json!({
        "index": 0, "of": 2, "story": {"id": "s1", "title": "Log in", "link": null},
        "cards": ["0", "1", "2", "3", "5", "8", "13", "21", "34", "55", "89", "?", "☕"],
    });
    assert_eq!(game.current(), current);
    let config = json!({
        "deck": "fibonacci", "allow_change": true, "auto_reveal": false, "show_names": true,
        "duration_s": null,
    });
    assert_eq!(serde_json::to_value(game.poker.public_config()).unwrap(), config);
}

#[test]
fn one_can_vote_without_a_story() {
    let mut game = Game::new(json!({"deck": ["low", "high"]}));
    let current = json!({"index": 0, "of": 0, "story": null, "cards": ["low", "high", "?", "☕"]});
    assert_eq!(game.current(), current);
    game.vote(0, "low").unwrap();
    game.act("reveal").unwrap();
    assert_eq!(game.control(json!({"action": "accept", "estimate": "low"})), Ok(()));
    assert_eq!(game.results(&[])["estimate"], "low");
    assert_eq!(game.stories(), json!([]));
}

#[test]
fn stories_appended_to_a_table_without_any_do_not_inherit_its_votes() {
    let mut game = Game::new(json!({}));
    game.vote(0, "5").unwrap();
    game.act("reveal").unwrap();
    game.extend(&["Log in", "Log out"]);
    assert_eq!(game.current()["story"], Value::Null);
    game.act("next").unwrap();
    assert_eq!(game.current()["story"]["title"], "Log in");
    game.vote(0, "8").unwrap();
    game.act("reveal").unwrap();
    assert_eq!(game.results(&[])["rounds"], json!([]));
    assert_eq!(game.act("previous"), UNTIMELY);
}

#[test]
fn appended_stories_come_after_the_present_one() {
    let mut game = Game::new(two_stories());
    game.vote(0, "5").unwrap();
    game.act("next").unwrap();
    game.vote(1, "8").unwrap();
    game.extend(&["Sign up"]);
    assert_eq!(game.poker.answered(), 1);
    game.act("next").unwrap();
    assert_eq!(game.current()["story"]["id"], "s3");
}

#[test]
fn auto_reveal_waits_for_a_vote_and_only_where_it_is_set() {
    let mut game = Game::new(json!({"auto_reveal": true}));
    assert_eq!(game.poker.when_all_answered(), None);
    game.vote(0, "5").unwrap();
    let change = game.poker.when_all_answered().unwrap();
    game.apply(change);
    assert!(game.poker.is_revealed());
    assert_eq!(game.poker.when_all_answered(), None);
    let mut manual = Game::new(json!({}));
    manual.vote(0, "5").unwrap();
    assert_eq!(manual.poker.when_all_answered(), None);
}
