//! The rules of word clouds, through the calls that the framework makes.

mod moderation;
mod recount;

use serde_json::{Value, json};

use super::*;
use crate::{
    activity::{ActivityStatus, rules::ActivityConfig},
    session::{FieldError, NotAccepting},
};

struct Wall {
    cloud: WordCloud,
    people: People,
}

impl Wall {
    fn new(config: Value) -> Self {
        let mut config: WordCloudConfig = serde_json::from_value(config).unwrap();
        assert_eq!(config.complete(), []);
        Self { cloud: WordCloud::new(Arc::new(config)), people: People::default() }
    }

    fn open() -> Self {
        Self::new(json!({"max_words": 10, "allow_phrases": true, "results": "always"}))
    }

    fn scene(&self) -> Scene<'_> {
        Scene {
            no: crate::activity::ActivityNo(0),
            at: Timestamp(1_000),
            status: ActivityStatus::Active,
            round: Round::FIRST,
            people: &self.people,
            show_names: true,
            profanity: Profanity::Off,
            pacing_ms: 2_000,
        }
    }

    fn answer(&mut self, seat: u32, words: &[&str]) -> Result<(), Rejection> {
        self.cloud.accepts(&self.scene())?;
        let answer: WordCloudAnswer = serde_json::from_value(json!({ "words": words })).unwrap();
        let given = self.cloud.read(&answer, &self.scene())?;
        self.cloud.put(Seat(seat), &given, Timestamp(1_000));
        Ok(())
    }

    fn control(&mut self, body: Value) -> Result<(), Rejection> {
        let control: WordCloudControl = serde_json::from_value(body).unwrap();
        let change = self.cloud.decide_control(&control, &self.scene())?;
        self.cloud.apply(&change, &self.people, Timestamp(1_000));
        Ok(())
    }

    fn act(&mut self, action: &str) -> Result<(), Rejection> {
        self.control(json!({ "action": action }))
    }

    fn on_word(&mut self, action: &str, word: &str) -> Result<(), Rejection> {
        self.control(json!({"action": action, "word": word}))
    }

    fn merge(&mut self, from: &str, into: &str) -> Result<(), Rejection> {
        self.control(json!({"action": "merge", "from": from, "into": into}))
    }

    fn seen(&self, view: View) -> Value {
        let results = self.cloud.results(view, &Audience::default(), &self.scene());
        serde_json::to_value(results).unwrap()
    }

    /// The words that the runner sees, as `word 3, other 1`.
    fn words(&self) -> String {
        let seen = self.seen(View::Runner);
        let words = seen["words"].as_array().unwrap();
        let word = |it: &Value| format!("{} {}", it["text"].as_str().unwrap(), it["count"]);
        assert_eq!(seen["distinct"], words.len(), "no test here has more than a hundred words");
        words.iter().map(word).collect::<Vec<_>>().join(", ")
    }

    fn given(&self, seat: u32) -> Value {
        let body = |words| WordCloud::answer_body(&self.cloud.config, words);
        serde_json::to_value(self.cloud.given(Seat(seat)).map(body)).unwrap()
    }

    /// Checks that a snapshot gives back the very same state.
    fn check_snapshot(&self) {
        let standard = bincode::config::standard();
        let bytes = bincode::encode_to_vec(&self.cloud, standard).unwrap();
        let (read, length): (WordCloud, usize) =
            bincode::decode_from_slice(&bytes, standard).unwrap();
        assert_eq!(length, bytes.len());
        assert_eq!(read, self.cloud);
        assert_eq!(bincode::encode_to_vec(&read, standard).unwrap(), bytes);
    }
}

fn invalid(pointer: &str, detail: &str) -> Result<(), Rejection> {
    Err(Rejection::Invalid(vec![FieldError::new(pointer, detail)]))
}

#[test]
fn a_word_counts_people_and_is_shown_as_most_of_them_wrote_it() {
    let mut wall = Wall::open();
    wall.answer(0, &["rust", "C++", "🎉"]).unwrap();
    wall.answer(1, &["Rust", "c#"]).unwrap();
    wall.answer(2, &["Rust", "c++"]).unwrap();
    assert_eq!(wall.words(), "Rust 3, C++ 2, 🎉 1, c# 1");
    assert_eq!(wall.seen(View::Runner)["responses"], 3);
}

#[test]
fn a_changed_answer_moves_counts_by_its_difference() {
    let mut wall = Wall::open();
    wall.answer(0, &["tea", "milk"]).unwrap();
    wall.answer(1, &["tea"]).unwrap();
    wall.answer(0, &["Tea", "cake"]).unwrap();
    assert_eq!(wall.words(), "tea 2, cake 1", "tea was written first, by both now the same often");
    wall.answer(1, &["cake"]).unwrap();
    assert_eq!(wall.words(), "cake 2, Tea 1");
    wall.cloud.take_back(Seat(0));
    assert_eq!(wall.words(), "cake 1");
    assert_eq!(wall.cloud.answered(), 1);
    wall.cloud.take_back(Seat(1));
    assert_eq!(wall.words(), "");
    assert_eq!(wall.cloud.vocabulary, wall.cloud.vocabulary.emptied(), "nothing is left behind");
}

#[test]
fn a_word_that_stays_in_a_changed_answer_keeps_its_place() {
    let mut wall = Wall::open();
    wall.answer(0, &["one"]).unwrap();
    wall.answer(1, &["two"]).unwrap();
    wall.answer(0, &["three", "one"]).unwrap();
    assert_eq!(wall.words(), "one 1, two 1, three 1");
}

#[test]
fn an_answer_is_the_list_as_written_without_repetitions() {
    let mut wall = Wall::open();
    wall.answer(0, &[" Rust! ", "rust", "RUST", "Open   source"]).unwrap();
    assert_eq!(wall.given(0), json!({"words": ["Rust!", "Open source"]}));
    assert_eq!(wall.words(), "Rust! 1, Open source 1");
    assert_eq!(wall.given(1), Value::Null);
}

#[test]
fn answers_that_do_not_fit_say_where() {
    let mut wall = Wall::new(json!({"max_words": 2, "max_length": 5}));
    let many = invalid("/words", "must have 1 to 2 words");
    assert_eq!(wall.answer(0, &[]), many);
    assert_eq!(wall.answer(0, &["a", "b", "c"]), many);
    assert_eq!(wall.answer(0, &["a", "a", "a"]), many, "repetitions count before they are folded");
    assert_eq!(wall.answer(0, &["a", "b c"]), invalid("/words/1", "must be one word"));
    assert_eq!(wall.answer(0, &["abcdef"]), invalid("/words/0", "must have at most 5 characters"));
    assert_eq!(wall.answer(0, &[" "]), invalid("/words/0", "must not be empty"));
    assert_eq!(wall.answer(0, &["..."]), invalid("/words/0", "must have more than punctuation"));
    assert_eq!(wall.cloud.answered(), 0);
    assert_eq!(wall.answer(0, &["👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧", "ab"]), Ok(()), "characters are what a reader counts");
}

#[test]
fn banned_words_are_refused() {
    let mut wall = Wall::new(json!({"banned_words": ["Damn"], "allow_phrases": true}));
    for word in ["damn", "DAMN!", "dаmn", "so damn, good"] {
        let refused = Rejection::TextRejected { pointer: "/words/1".into() };
        assert_eq!(wall.answer(0, &["good", word]), Err(refused), "{word}");
    }
    assert_eq!(wall.answer(0, &["damnation"]), Ok(()));
}

#[test]
fn nobody_reads_the_banned_words() {
    let wall = Wall::new(json!({"banned_words": ["damn"], "prompt": "Well?"}));
    let config = json!({
        "prompt": "Well?", "max_words": 3, "max_length": 25, "allow_phrases": false,
        "results": "on_reveal", "duration_s": null,
    });
    assert_eq!(serde_json::to_value(wall.cloud.public_config()).unwrap(), config);
}

#[test]
fn participants_see_the_cloud_once_it_is_revealed_and_the_runner_always() {
    let mut wall = Wall::new(json!({}));
    wall.answer(0, &["tea"]).unwrap();
    assert_eq!(wall.seen(View::Participant), Value::Null);
    let cloud = json!({"responses": 1, "distinct": 1, "words": [{"text": "tea", "count": 1}]});
    assert_eq!(wall.seen(View::Runner), cloud);
    wall.act("reveal").unwrap();
    assert_eq!(wall.seen(View::Participant), cloud);
    wall.act("hide").unwrap();
    assert_eq!(wall.seen(View::Participant), Value::Null);
}

#[test]
fn a_locked_cloud_takes_no_words() {
    let mut wall = Wall::open();
    wall.act("lock").unwrap();
    assert_eq!(wall.answer(0, &["tea"]), Err(Rejection::NotAccepting(NotAccepting::Locked)));
    assert_eq!(wall.cloud.phase(&wall.scene()), "closed");
    wall.act("unlock").unwrap();
    assert_eq!(wall.answer(0, &["tea"]), Ok(()));
    assert_eq!(wall.cloud.phase(&wall.scene()), "open");
}

#[test]
fn the_phone_gets_fifty_words_and_the_big_screen_a_hundred() {
    let mut wall = Wall::open();
    for seat in 0..120 {
        wall.answer(seat, &[&format!("word{seat}"), "all"]).unwrap();
    }
    for (view, expected) in [(View::Participant, 50), (View::Runner, 100)] {
        let seen = wall.seen(view);
        let words = seen["words"].as_array().unwrap();
        assert_eq!(words.len(), expected);
        assert_eq!(words[0], json!({"text": "all", "count": 120}));
        assert_eq!(words[1]["text"], "word0");
        assert_eq!(seen["distinct"], 121);
    }
}

#[test]
fn one_copy_is_kept_of_each_spelling_also_after_a_snapshot() {
    let mut wall = Wall::open();
    wall.answer(0, &["tea"]).unwrap();
    wall.answer(1, &["tea"]).unwrap();
    let bytes = bincode::encode_to_vec(&wall.cloud, bincode::config::standard()).unwrap();
    let (read, _): (WordCloud, _) =
        bincode::decode_from_slice(&bytes, bincode::config::standard()).unwrap();
    for cloud in [&wall.cloud, &read] {
        let [first, second] = [0, 1].map(|seat| &cloud.given(Seat(seat)).unwrap().texts[0]);
        assert!(Arc::ptr_eq(first, second));
    }
}
