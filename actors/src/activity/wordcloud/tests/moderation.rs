//! What hiding and merging words does to the cloud.

use serde_json::json;

use super::*;

#[test]
fn a_hidden_word_counts_as_a_response_and_is_not_shown() {
    let mut wall = Wall::open();
    wall.answer(0, &["tea", "rude"]).unwrap();
    wall.on_word("hide_word", "RUDE!").unwrap();
    assert_eq!(wall.words(), "tea 1");
    assert_eq!(wall.answer(1, &["rude"]), Ok(()));
    assert_eq!(wall.answer(2, &["rudе"]), Ok(()), "with a Cyrillic letter");
    assert_eq!(wall.words(), "tea 1");
    assert_eq!(wall.seen(View::Participant)["distinct"], 1);
    assert_eq!(wall.seen(View::Runner)["responses"], 3);
    wall.on_word("show_word", "rude").unwrap();
    assert_eq!(wall.words(), "rude 2, tea 1, rudе 1");
}

#[test]
fn a_word_can_be_hidden_before_anybody_writes_it() {
    let mut wall = Wall::open();
    wall.on_word("hide_word", "rude").unwrap();
    wall.on_word("hide_word", "rude").unwrap();
    wall.answer(0, &["Rude"]).unwrap();
    assert_eq!(wall.words(), "");
    wall.on_word("show_word", "rude").unwrap();
    assert_eq!(wall.words(), "Rude 1");
}

#[test]
fn a_hidden_word_hides_what_is_written_like_it() {
    for is_first in [true, false] {
        let mut wall = Wall::open();
        let hide = |wall: &mut Wall| {
            wall.on_word("hide_word", "hell").unwrap();
            wall.on_word("hide_word", "Idiot").unwrap();
        };
        if is_first {
            hide(&mut wall);
        }
        wall.answer(0, &["heII", "tea", "ldiot", "1DIOT"]).unwrap();
        if !is_first {
            assert_eq!(wall.words(), "heII 1, tea 1, ldiot 1, 1DIOT 1");
            hide(&mut wall);
        }
        assert_eq!(wall.words(), "tea 1", "hidden first: {is_first}");
        wall.check_snapshot();
        wall.on_word("show_word", "hell").unwrap();
        assert_eq!(wall.words(), "heII 1, tea 1");
        wall.on_word("show_word", "idiot").unwrap();
        assert_eq!(wall.words(), "heII 1, tea 1, ldiot 1, 1DIOT 1");
        wall.check_snapshot();
    }
}

#[test]
fn a_word_that_is_approved_itself_is_shown_however_it_is_written() {
    let mut wall = Wall::open();
    wall.on_word("hide_word", "hell").unwrap();
    wall.answer(0, &["heII"]).unwrap();
    assert_eq!(wall.words(), "");
    wall.on_word("show_word", "heII").unwrap();
    assert_eq!(wall.words(), "heII 1");
    wall.answer(1, &["HeII"]).unwrap();
    wall.on_word("hide_word", "hell").unwrap();
    assert_eq!(wall.words(), "heII 2");
    wall.check_snapshot();
    wall.on_word("hide_word", "heii").unwrap();
    wall.on_word("show_word", "hell").unwrap();
    assert_eq!(wall.words(), "", "it is hidden itself");
    wall.check_snapshot();
}

#[test]
fn a_word_is_hidden_while_somebody_writes_it_like_a_hidden_one() {
    let mut wall = Wall::open();
    wall.on_word("hide_word", "hell").unwrap();
    wall.answer(0, &["heii"]).unwrap();
    assert_eq!(wall.words(), "heii 1");
    wall.answer(1, &["heII"]).unwrap();
    assert_eq!(wall.words(), "");
    wall.check_snapshot();
}

#[test]
fn merged_words_count_different_people() {
    let mut wall = Wall::open();
    wall.answer(0, &["js", "javascript"]).unwrap();
    wall.answer(1, &["JS"]).unwrap();
    wall.answer(2, &["JavaScript", "rust"]).unwrap();
    wall.answer(3, &["JavaScript"]).unwrap();
    wall.merge("js", "javascript").unwrap();
    assert_eq!(wall.words(), "JavaScript 4, rust 1");
    wall.answer(4, &["js"]).unwrap();
    assert_eq!(wall.words(), "JavaScript 5, rust 1", "also for later words");
    wall.answer(0, &["rust"]).unwrap();
    assert_eq!(wall.words(), "JavaScript 4, rust 2");
    wall.on_word("unmerge", "js").unwrap();
    assert_eq!(wall.words(), "js 2, JavaScript 2, rust 2");
}

#[test]
fn a_merge_into_a_merged_word_reaches_its_root() {
    let mut wall = Wall::open();
    for (seat, word) in (0..).zip(["a", "b", "c", "d"]) {
        wall.answer(seat, &[word]).unwrap();
    }
    wall.merge("a", "b").unwrap();
    wall.merge("c", "a").unwrap();
    assert_eq!(wall.words(), "b 3, d 1");
    wall.merge("b", "d").unwrap();
    assert_eq!(wall.words(), "d 4");
    wall.on_word("unmerge", "a").unwrap();
    assert_eq!(wall.words(), "d 3, a 1", "c was merged into the root, b");
    wall.on_word("unmerge", "b").unwrap();
    assert_eq!(wall.words(), "b 2, a 1, d 1");
}

#[test]
fn a_merge_needs_two_different_words_that_exist() {
    let mut wall = Wall::open();
    wall.answer(0, &["a", "b", "c"]).unwrap();
    let circle = invalid("/into", "is or counts for the same word");
    assert_eq!(wall.merge("x", "a"), invalid("/from", "is not in the cloud"));
    assert_eq!(wall.merge("a", "x"), invalid("/into", "is not in the cloud"));
    assert_eq!(wall.merge("a", "A!"), circle);
    wall.merge("a", "b").unwrap();
    wall.merge("b", "c").unwrap();
    assert_eq!(wall.merge("c", "a"), circle);
    assert_eq!(wall.merge("b", "a"), circle);
    assert_eq!(wall.on_word("unmerge", "c"), invalid("/word", "is not merged"));
    assert_eq!(wall.words(), "c 1");
}

#[test]
fn a_merged_word_can_be_merged_elsewhere() {
    let mut wall = Wall::open();
    wall.answer(0, &["a", "b"]).unwrap();
    wall.answer(1, &["c", "a"]).unwrap();
    wall.merge("a", "b").unwrap();
    assert_eq!(wall.words(), "b 2, c 1");
    wall.merge("a", "c").unwrap();
    assert_eq!(wall.words(), "c 2, b 1");
}

#[test]
fn a_word_that_only_others_count_for_keeps_its_name() {
    let mut wall = Wall::open();
    wall.answer(0, &["JavaScript"]).unwrap();
    wall.answer(1, &["js"]).unwrap();
    wall.merge("js", "javascript").unwrap();
    wall.cloud.take_back(Seat(0));
    assert_eq!(wall.words(), "JavaScript 1");
    wall.check_snapshot();
    wall.answer(2, &["ecma"]).unwrap();
    wall.merge("ecma", "javascript").unwrap();
    assert_eq!(wall.words(), "JavaScript 2");
    wall.cloud.take_back(Seat(1));
    wall.cloud.take_back(Seat(2));
    assert_eq!(wall.cloud.vocabulary, wall.cloud.vocabulary.emptied(), "nothing is left behind");
}

#[test]
fn a_hidden_word_hides_those_that_count_for_it() {
    let mut wall = Wall::open();
    wall.answer(0, &["rude", "ruder"]).unwrap();
    wall.answer(1, &["ruder"]).unwrap();
    wall.merge("ruder", "rude").unwrap();
    wall.on_word("hide_word", "rude").unwrap();
    assert_eq!(wall.words(), "");
    wall.on_word("unmerge", "ruder").unwrap();
    assert_eq!(wall.words(), "ruder 2");
}

#[test]
fn a_reset_takes_answers_and_keeps_moderation() {
    let mut wall = Wall::open();
    wall.answer(0, &["js", "JavaScript", "rude"]).unwrap();
    wall.merge("js", "javascript").unwrap();
    wall.on_word("hide_word", "rude").unwrap();
    wall.act("lock").unwrap();
    wall.act("reset").unwrap();
    assert_eq!((wall.words().as_str(), wall.cloud.answered()), ("", 0));
    wall.answer(0, &["js", "rude"]).unwrap();
    assert_eq!(wall.words(), "JavaScript 1");
    assert!(WordCloud::starts_round(&WordCloudChange::Board(BoardChange::Reset)));
}

#[test]
fn controls_have_the_fields_they_need_and_no_others() {
    let mut wall = Wall::open();
    wall.answer(0, &["a", "b"]).unwrap();
    let needs_word = invalid("/word", "must be there, and nothing else");
    let needs_both = invalid("", "must have from and into, and nothing else");
    for (body, refused) in [
        (json!({"action": "hide_word"}), needs_word.clone()),
        (json!({"action": "unmerge", "word": "a", "into": "b"}), needs_word),
        (json!({"action": "merge", "from": "a"}), needs_both.clone()),
        (json!({"action": "merge", "from": "a", "into": "b", "word": "c"}), needs_both),
        (
            json!({"action": "hide_word", "word": "!"}),
            invalid("/word", "must have more than punctuation"),
        ),
        (json!({"action": "show_word", "word": ""}), invalid("/word", "must not be empty")),
        (json!({"action": "next"}), Err(Rejection::InvalidAction)),
        (json!({"action": "Reveal"}), Err(Rejection::InvalidAction)),
        (json!({"action": "reveal", "word": "a"}), Err(Rejection::InvalidAction)),
    ] {
        assert_eq!(wall.control(body.clone()), refused, "{body}");
    }
}

#[test]
fn reveal_and_hide_alone_work_on_an_expired_cloud() {
    let works = |action: &str| {
        let control = serde_json::from_value(json!({ "action": action })).unwrap();
        WordCloud::works_when_expired(&control)
    };
    assert!(works("reveal") && works("hide"));
    assert!(!["lock", "unlock", "reset", "merge", "hide_word"].into_iter().any(works));
}

#[test]
fn hidden_and_merged_words_are_bounded() {
    let mut wall = Wall::open();
    for n in 0..1_000 {
        wall.on_word("hide_word", &format!("n{n}")).unwrap();
    }
    assert_eq!(wall.on_word("hide_word", "more"), invalid("/word", "too many words are hidden"));
    assert_eq!(wall.on_word("hide_word", "n7"), Ok(()), "repeating is harmless");
    wall.on_word("show_word", "n7").unwrap();
    assert_eq!(wall.on_word("hide_word", "more"), Ok(()));
    for n in 0..1_000u32 {
        wall.answer(n, &[&format!("w{n}"), "all"]).unwrap();
        wall.merge(&format!("w{n}"), "all").unwrap();
    }
    wall.answer(1_000, &["one"]).unwrap();
    assert_eq!(wall.merge("one", "all"), invalid("/from", "too many words are merged"));
}
