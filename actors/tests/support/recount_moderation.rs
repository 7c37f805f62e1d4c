//! Which texts and words of an activity should be shown, from what was written and decided.

use std::collections::BTreeSet;

use caja_actors::{
    activity::Answer,
    session::{TextStatus, Verdict},
};

use super::{configs::PROFANE, recount_sheet::key};

#[derive(Default)]
pub(crate) struct Moderation {
    /// Of every text that was ever accepted, in the order of acceptance.
    pub(crate) authors: Vec<usize>,
    pub(crate) statuses: Vec<TextStatus>,
    pub(crate) pending: BTreeSet<String>,
    pub(crate) hidden: BTreeSet<String>,
    approved: BTreeSet<String>,
}

impl Moderation {
    pub(crate) fn answered(&mut self, seat: usize, answer: &Answer, shows_profane: bool) {
        match answer {
            Answer::Poll(answer) => {
                let Some(text) = &answer.text else { return };
                let waits = text.contains(PROFANE) && !shows_profane;
                self.authors.push(seat);
                self.statuses.push(if waits { TextStatus::Pending } else { TextStatus::Visible });
            }
            Answer::WordCloud(answer) => {
                for word in answer.words.iter().map(|word| key(word)) {
                    let is_judged = self.hidden.contains(&word) || self.approved.contains(&word);
                    if word == PROFANE && !shows_profane && !is_judged {
                        self.pending.insert(word);
                    }
                }
            }
            Answer::Poker(_) | Answer::Quiz(_) => {}
        }
    }

    pub(crate) fn judge_word(&mut self, word: &str, verdict: Verdict) {
        let (to, from) = match verdict {
            Verdict::Approve => (&mut self.approved, &mut self.hidden),
            Verdict::Hide => (&mut self.hidden, &mut self.approved),
        };
        to.insert(word.to_owned());
        from.remove(word);
        self.pending.remove(word);
    }

    pub(crate) fn hide_texts_of(&mut self, seat: usize) {
        if let Some(last) = self.authors.iter().rposition(|author| *author == seat) {
            self.statuses[last] = TextStatus::Hidden;
        }
    }

    /// Whether the last text that somebody wrote is shown.
    pub(crate) fn shows_text_of(&self, seat: usize) -> bool {
        let last = self.authors.iter().rposition(|author| *author == seat);
        last.is_some_and(|last| self.statuses[last] == TextStatus::Visible)
    }

    pub(crate) fn shows_word(&self, word: &str) -> bool {
        !self.hidden.contains(word) && !self.pending.contains(word)
    }
}
