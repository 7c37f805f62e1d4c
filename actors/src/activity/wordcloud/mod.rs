//! Word clouds: everybody gives a few words, and the words of many grow.
//!
//! Read [`words`] (when two words are the same), [`moderation`] (what is hidden or merged),
//! [`vocabulary`] (the running counts), then this file (the rules).

mod config;
mod moderation;
mod stored;
#[cfg(test)]
mod tests;
mod vocabulary;
mod words;

use std::{collections::BTreeSet, sync::Arc};

use bincode::{Decode, Encode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use self::config::WordCloudConfig;
pub(crate) use self::words::key;
use self::{
    config::WORD_MAX,
    moderation::Moderation,
    vocabulary::{Vocabulary, WordNo},
};
use super::{
    board::{Board, BoardChange},
    rows::{AnswerRow, AskedItem, GivenText, Plain},
    rules::{ActivityRules, Audience, ForRound, ResultsPolicy, Running, Scene, View, Wire},
    shapes::Shapes,
};
use crate::session::{
    ItemKind, People, Profanity, Rejection, Round, Screened, Seat, SeatMap, TextItem, Timestamp,
    Verdict, screen, text,
};

/// Words shown on a phone, and on the big screen.
const WORDS_FOR_PARTICIPANTS: usize = 50;
const WORDS_FOR_RUNNER: usize = 100;

/// The board's five, and four about single words.
const ACTIONS: [&str; 9] =
    ["hide_word", "show_word", "merge", "unmerge", "reveal", "hide", "lock", "unlock", "reset"];

/// A word or a phrase, as somebody writes it.
#[derive(ToSchema)]
#[schema(max_length = 3200, example = "coffee")]
pub struct Word(pub String);

/// Somebody's words: the whole list, in place of an earlier one.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WordCloudAnswer {
    /// The whole list: it replaces an earlier one.
    #[schema(value_type = Vec<Word>, min_items = 1, max_items = 10, example = json!(["coffee", "sun"]))]
    pub words: Vec<String>,
    /// The round the answer was made for.
    pub round: Option<Round>,
}

impl ForRound for WordCloudAnswer {
    fn round(&self) -> Option<Round> {
        self.round
    }
}

/// Somebody's words as they are kept: as written, each different from the others.
#[derive(Debug, Clone, PartialEq, Default, Encode, Decode)]
pub struct Words {
    texts: Box<[Arc<str>]>,
    /// Which of them wait for a moderator from the start, as bits by index.
    held: u16,
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WordCloudControl {
    /// `hide_word`, `show_word`, `merge`, `unmerge`, `reveal`, `hide`, `lock`, `unlock` or
    /// `reset`. A reset takes the answers away; hidden and merged words stay so.
    pub action: String,
    /// For `hide_word`, `show_word` and `unmerge`. Hiding also hides what looks alike, and works
    /// before anybody wrote the word.
    #[schema(max_length = 3200)]
    pub word: Option<String>,
    /// For `merge`: counts from now on for `into`, whoever wrote it or will write it.
    #[schema(max_length = 3200)]
    pub from: Option<String>,
    /// For `merge`.
    #[schema(max_length = 3200)]
    pub into: Option<String>,
    /// The round the control was made for.
    pub round: Option<Round>,
}

impl ForRound for WordCloudControl {
    fn round(&self) -> Option<Round> {
        self.round
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum WordCloudChange {
    Board(BoardChange),
    /// Everything that looks like this.
    WordsHidden {
        look: Box<str>,
    },
    WordsShown {
        look: Box<str>,
    },
    /// Keys, and how `into` is shown.
    Merged {
        from: Box<str>,
        into: Box<str>,
        label: Box<str>,
    },
    /// A key.
    Unmerged {
        word: Box<str>,
    },
}

/// The state of a word cloud.
#[derive(Debug, Clone, PartialEq)]
pub struct WordCloud {
    config: Arc<WordCloudConfig>,
    /// Invariant: what the configuration says.
    banned_looks: BTreeSet<Box<str>>,
    board: Board,
    moderation: Moderation,
    answers: SeatMap<Entry>,
    /// Invariant: the words of `answers`, counted as `moderation` says.
    vocabulary: Vocabulary,
}

#[derive(Debug, Clone, PartialEq, Encode, Decode)]
struct Entry {
    words: Words,
    arrived_at: Timestamp,
}

impl ActivityRules for WordCloud {
    const NAME: &'static str = "wordcloud";
    const TITLE: &'static str = "Word cloud";
    const DESCRIPTION: &'static str = "A few words from everybody; those of many grow.";
    const ACTIONS: &'static [&'static str] = &ACTIONS;

    type Config = WordCloudConfig;
    type Answer = WordCloudAnswer;
    type Given = Words;
    type Control = WordCloudControl;
    type Change = WordCloudChange;

    fn shapes() -> Shapes {
        Shapes::new::<PublicConfig<'_>, WordsBody<'_>>(Self::ACTIONS, &Board::PHASES)
            .results::<WordCloudResults<'_>>()
    }

    fn new(config: Arc<WordCloudConfig>) -> Self {
        Self {
            banned_looks: config.banned_looks(),
            config,
            board: Board::default(),
            moderation: Moderation::default(),
            answers: SeatMap::default(),
            vocabulary: Vocabulary::default(),
        }
    }

    fn config(&self) -> &Arc<WordCloudConfig> {
        &self.config
    }

    fn extend(&mut self, config: Arc<WordCloudConfig>) {
        self.banned_looks = config.banned_looks();
        self.config = config;
    }

    fn read(&self, answer: &WordCloudAnswer, scene: &Scene<'_>) -> Result<Words, Rejection> {
        if !(1..=usize::from(self.config.max_words)).contains(&answer.words.len()) {
            let detail = format!("must have 1 to {} words", self.config.max_words);
            return Err(Rejection::invalid("/words", detail));
        }
        let mut seen = BTreeSet::new();
        let mut texts = vec![];
        let mut held = 0;
        for (index, raw) in answer.words.iter().enumerate() {
            let word = self.read_word(raw, scene.profanity, &format!("/words/{index}"))?;
            if seen.insert(words::key(&word.text)) {
                held |= u16::from(word.is_held) << texts.len();
                texts.push(word.text.into());
            }
        }
        Ok(Words { texts: texts.into(), held })
    }

    fn given(&self, seat: Seat) -> Option<&Words> {
        self.answers.get(seat).map(|entry| &entry.words)
    }

    fn put(&mut self, seat: Seat, words: &Words, arrived_at: Timestamp) {
        let texts = self.replace(seat, &words.texts, arrived_at);
        for text in words.held_texts() {
            self.vocabulary.hold(text, &self.moderation);
        }
        self.answers.insert(seat, Entry { words: Words { texts, held: words.held }, arrived_at });
    }

    fn answer_body<'a>(_: &'a WordCloudConfig, words: &'a Words) -> Wire<'a> {
        Box::new(WordsBody { words: words.texts.iter().map(|word| &**word).collect() })
    }

    fn decide_control(
        &self,
        control: &WordCloudControl,
        _: &Scene<'_>,
    ) -> Result<WordCloudChange, Rejection> {
        let WordCloudControl { action, word, from, into, round: _ } = control;
        match (&**action, word, from, into) {
            ("hide_word", Some(word), None, None) => self.decide_hide(word),
            ("show_word", Some(word), None, None) => self.decide_show(word),
            ("merge", None, Some(from), Some(into)) => self.decide_merge(from, into),
            ("unmerge", Some(word), None, None) => self.decide_unmerge(word),
            ("hide_word" | "show_word" | "unmerge", ..) => {
                Err(Rejection::invalid("/word", "must be there, and nothing else"))
            }
            ("merge", ..) => {
                Err(Rejection::invalid("", "must have from and into, and nothing else"))
            }
            (_, None, None, None) => {
                BoardChange::of(action).map(WordCloudChange::Board).ok_or(Rejection::InvalidAction)
            }
            _ => Err(Rejection::InvalidAction),
        }
    }

    fn works_when_expired(control: &WordCloudControl) -> bool {
        BoardChange::works_when_expired(&control.action)
    }

    fn starts_round(change: &WordCloudChange) -> bool {
        *change == WordCloudChange::Board(BoardChange::Reset)
    }

    fn changes_everyone(change: &WordCloudChange) -> bool {
        Self::starts_round(change)
    }

    fn apply(&mut self, change: &WordCloudChange, _: &People, _: Timestamp) {
        match change {
            WordCloudChange::Board(change) => {
                self.board.apply(*change);
                if *change == BoardChange::Reset {
                    self.answers = SeatMap::default();
                    self.vocabulary = self.vocabulary.emptied();
                }
            }
            WordCloudChange::WordsHidden { look } => self.hide(look),
            WordCloudChange::WordsShown { look } => self.show(look),
            WordCloudChange::Merged { from, into, label } => {
                self.regroup(from, |moderation| moderation.merge(from, into, label));
            }
            WordCloudChange::Unmerged { word } => {
                self.regroup(word, |moderation| moderation.unmerge(word));
            }
        }
    }
}

impl Running for WordCloud {
    fn accepts(&self, _: &Scene<'_>) -> Result<(), Rejection> {
        self.board.accepts()
    }

    fn allows_change(&self) -> bool {
        true
    }

    fn take_back(&mut self, seat: Seat) {
        self.replace(seat, &[], Timestamp::default());
    }

    fn answered(&self) -> u32 {
        self.answers.len()
    }

    fn phase(&self, scene: &Scene<'_>) -> &'static str {
        self.board.phase(scene)
    }

    fn is_revealed(&self) -> bool {
        self.board.is_revealed
    }

    fn is_locked(&self) -> bool {
        self.board.is_locked
    }

    fn shows_answers(&self, view: View) -> bool {
        self.config.results.shows(view, self.board.is_revealed)
    }

    fn public_config(&self) -> Wire<'_> {
        let WordCloudConfig {
            prompt,
            max_words,
            max_length,
            allow_phrases,
            banned_words: _,
            results,
            duration_s,
        } = &*self.config;
        Box::new(PublicConfig {
            prompt,
            max_words: *max_words,
            max_length: *max_length,
            allow_phrases: *allow_phrases,
            results: *results,
            duration_s: *duration_s,
        })
    }

    fn results(&self, view: View, _: &Audience, _: &Scene<'_>) -> Option<Wire<'_>> {
        self.shows_answers(view).then(|| -> Wire<'_> { Box::new(self.cloud(view)) })
    }

    fn each_answer<'a>(&'a self, scene: &Scene<'_>, visit: &mut dyn FnMut(AnswerRow<'a>)) {
        for (seat, entry) in self.answers.iter() {
            let words = self.shown_words(&entry.words);
            visit(AnswerRow {
                item: AskedItem::only(&self.config.prompt),
                round: scene.round,
                seat,
                answer: (!words.is_empty()).then(|| GivenText {
                    body: Box::new(WordsBody { words: words.clone() }),
                    plain: Plain::Texts(words),
                }),
                correct: None,
                points: None,
                answered_at: entry.arrived_at,
                response_ms: None,
            });
        }
    }

    /// Nobody's words are ever told from another's.
    fn names_authors(&self) -> bool {
        false
    }

    fn texts(&self, first: u32) -> Box<dyn Iterator<Item = TextItem<'_>> + '_> {
        Box::new(self.vocabulary.numbers(first).filter_map(|no| self.text_item(no)))
    }

    fn text(&self, number: u32) -> Option<TextItem<'_>> {
        self.text_item(WordNo(number))
    }

    fn pending(&self) -> u32 {
        self.vocabulary.pending()
    }

    fn may_judge(&self, number: u32, verdict: Verdict) -> Result<(), Rejection> {
        let look = self.vocabulary.look(number).ok_or(Rejection::UnknownItem)?;
        let may = match verdict {
            Verdict::Approve => self.moderation.may_show(look),
            Verdict::Hide => self.moderation.may_hide(look),
        };
        if may { Ok(()) } else { Err(Rejection::invalid("/decision", "too many words are judged")) }
    }

    fn judge(&mut self, number: u32, verdict: Verdict) {
        let Some(look) = self.vocabulary.look(number).map(Box::<str>::from) else { return };
        match verdict {
            Verdict::Approve => self.show(&look),
            Verdict::Hide => self.hide(&look),
        }
    }

    fn hide_texts_of(&mut self, seat: Seat) {
        self.erase_texts_of(seat);
    }

    fn erase_texts_of(&mut self, seat: Seat) {
        if let Some(arrived_at) = self.answers.get(seat).map(|entry| entry.arrived_at) {
            self.take_back(seat);
            self.answers.insert(seat, Entry { words: Words::default(), arrived_at });
        }
    }
}

impl Words {
    fn held_texts(&self) -> impl Iterator<Item = &Arc<str>> {
        let held = self.held;
        self.texts.iter().enumerate().filter(move |(at, _)| held & 1 << at != 0).map(|(_, it)| it)
    }
}

/// An answer as its author wrote it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WordCloudAnswered)]
pub struct WordsBody<'a> {
    /// As they were written.
    #[schema(example = json!(["coffee", "sun"]))]
    words: Vec<&'a str>,
}

/// The configuration without the words that nobody should read.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WordCloudPublicConfig)]
pub struct PublicConfig<'a> {
    /// The question; the title where it is empty.
    #[schema(example = "In a word?")]
    prompt: &'a str,
    /// How many words one person may give.
    #[schema(example = 3)]
    max_words: u8,
    /// Characters a word or phrase may have.
    #[schema(example = 25)]
    max_length: u8,
    /// Whether a word may have space in it.
    #[schema(example = false)]
    allow_phrases: bool,
    /// When participants see the cloud.
    results: ResultsPolicy,
    /// Seconds after which the word cloud expires by itself.
    #[schema(required)]
    duration_s: Option<u32>,
}

/// Results of a word cloud.
#[derive(Debug, Serialize, ToSchema)]
pub struct WordCloudResults<'a> {
    /// People with an answer, also one of hidden words only.
    #[schema(example = 212)]
    pub responses: u32,
    /// Different words that are not hidden; a merged word counts as the one it is merged into.
    #[schema(example = 87)]
    pub distinct: usize,
    /// Most people first, then first written: 50 for participants, 100 for the runner.
    pub words: Vec<CountedWord<'a>>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct CountedWord<'a> {
    /// As most people wrote it; of several spellings, the first.
    #[schema(example = "coffee")]
    pub text: &'a str,
    /// How many people gave it.
    #[schema(example = 41)]
    pub count: u32,
}

impl WordCloud {
    fn read_word(
        &self,
        raw: &str,
        profanity: Profanity,
        pointer: &str,
    ) -> Result<Screened, Rejection> {
        let text = text::one_line(raw, self.config.max_length.into())
            .map_err(|error| Rejection::invalid(pointer, error.to_string()))?;
        if !self.config.allow_phrases && text.contains(' ') {
            return Err(Rejection::invalid(pointer, "must be one word"));
        }
        non_empty(words::key(&text), pointer)?;
        if words::is_banned(&text, &self.banned_looks) {
            return Err(Rejection::TextRejected { pointer: pointer.to_owned() });
        }
        screen(text, profanity, pointer)
    }

    fn decide_hide(&self, word: &str) -> Result<WordCloudChange, Rejection> {
        let look = words::look(&read_key(word, "/word")?);
        if !self.moderation.may_hide(&look) {
            return Err(Rejection::invalid("/word", "too many words are hidden"));
        }
        Ok(WordCloudChange::WordsHidden { look })
    }

    fn decide_show(&self, word: &str) -> Result<WordCloudChange, Rejection> {
        let look = words::look(&read_key(word, "/word")?);
        if !self.moderation.may_show(&look) {
            return Err(Rejection::invalid("/word", "too many words are shown by hand"));
        }
        Ok(WordCloudChange::WordsShown { look })
    }

    fn decide_merge(&self, from: &str, into: &str) -> Result<WordCloudChange, Rejection> {
        let from = self.existing_key(from, "/from")?;
        let into = self.existing_key(into, "/into")?;
        if self.moderation.leads_to(&into, &from) {
            return Err(Rejection::invalid("/into", "is or counts for the same word"));
        }
        if !self.moderation.may_merge(&from) {
            return Err(Rejection::invalid("/from", "too many words are merged"));
        }
        let root = self.moderation.root(&into);
        let label = self.vocabulary.text_of(root, &self.moderation);
        Ok(WordCloudChange::Merged {
            from: from.as_str().into(),
            into: root.into(),
            label: label.into(),
        })
    }

    fn decide_unmerge(&self, word: &str) -> Result<WordCloudChange, Rejection> {
        let key = read_key(word, "/word")?;
        if !self.moderation.is_merged(&key) {
            return Err(Rejection::invalid("/word", "is not merged"));
        }
        Ok(WordCloudChange::Unmerged { word: key.into() })
    }

    fn existing_key(&self, word: &str, pointer: &str) -> Result<String, Rejection> {
        let key = read_key(word, pointer)?;
        let exists = self.vocabulary.has(&key);
        if exists { Ok(key) } else { Err(Rejection::invalid(pointer, "is not in the cloud")) }
    }

    /// Somebody's words that others may read.
    fn shown_words<'a>(&self, words: &'a Words) -> Vec<&'a str> {
        let texts = words.texts.iter().map(|text| &**text);
        texts.filter(|text| self.vocabulary.shows(text, &self.moderation)).collect()
    }

    /// Moves all counts from somebody's present words to these; gives the copies to keep.
    fn replace(&mut self, seat: Seat, now: &[Arc<str>], at: Timestamp) -> Box<[Arc<str>]> {
        let before = self.answers.remove(seat).map(|entry| entry.words.texts).unwrap_or_default();
        self.vocabulary.replace(seat, &before, now, at, &self.moderation)
    }

    fn hide(&mut self, look: &str) {
        self.moderation.hide(look);
        self.vocabulary.judge(look, Verdict::Hide, &self.moderation);
    }

    fn show(&mut self, look: &str) {
        self.moderation.show(look);
        self.vocabulary.judge(look, Verdict::Approve, &self.moderation);
    }

    fn text_item(&self, no: WordNo) -> Option<TextItem<'_>> {
        let status = self.vocabulary.status(no)?;
        let arrival = |seat: Seat| Some((self.answers.get(seat)?.arrived_at, seat));
        let first = self.vocabulary.writers(no).filter_map(arrival).min();
        Some(TextItem {
            kind: ItemKind::Word,
            number: no.0,
            text: self.vocabulary.text(no, &self.moderation),
            status,
            at: self.vocabulary.first_at(no)?,
            author: first.map(|(_, seat)| seat),
            is_anonymous: true,
        })
    }

    /// Changes which word `key` counts for. Costs as much as there are people who wrote it.
    fn regroup(&mut self, key: &str, change: impl FnOnce(&mut Moderation)) {
        let seats = self.vocabulary.writers_for(key, &self.moderation);
        let lists = || seats.iter().filter_map(|seat| self.answers.get(*seat));
        for entry in lists() {
            self.vocabulary.leave(&entry.words.texts, &self.moderation);
        }
        change(&mut self.moderation);
        for entry in lists() {
            self.vocabulary.enter(&entry.words.texts, &self.moderation);
        }
    }

    fn cloud(&self, view: View) -> WordCloudResults<'_> {
        let limit = match view {
            View::Participant => WORDS_FOR_PARTICIPANTS,
            View::Runner => WORDS_FOR_RUNNER,
        };
        let top = self.vocabulary.top(limit, &self.moderation);
        WordCloudResults {
            responses: self.answers.len(),
            distinct: self.vocabulary.distinct(),
            words: top.map(|(text, count)| CountedWord { text, count }).collect(),
        }
    }
}

/// The key of a word that a facilitator names.
fn read_key(word: &str, pointer: &str) -> Result<String, Rejection> {
    let text = text::one_line(word, WORD_MAX)
        .map_err(|error| Rejection::invalid(pointer, error.to_string()))?;
    non_empty(words::key(&text), pointer)
}

fn non_empty(key: String, pointer: &str) -> Result<String, Rejection> {
    if key.is_empty() {
        return Err(Rejection::invalid(pointer, "must have more than punctuation"));
    }
    Ok(key)
}
