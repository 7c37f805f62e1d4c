//! What a reveal shows, what stays secret before it, and what a redo takes back.

use super::*;

#[test]
fn nothing_of_a_key_or_of_a_later_question_is_seen_before_its_reveal() {
    let mut questions = vec![];
    for n in 1..=4 {
        questions.push(json!({
            "id": format!("id-{n}"), "kind": "choice", "prompt": format!("prompt-{n}"),
            "options": [{ "id": format!("right-{n}"), "label": "R" }, { "id": "w", "label": "W" }],
            "correct": [format!("right-{n}")], "explanation": format!("because-{n}"),
        }));
    }
    let mut table = Table::new(2, json!({ "questions": questions }));
    let everything = |table: &Table| {
        let bodies = [
            shown(Some(table.quiz.public_config())),
            table.current(),
            table.results(View::Participant),
            table.results(View::Runner),
        ];
        bodies.map(|body| body.to_string()).concat()
    };
    for n in 1..=4 {
        table.act("next").unwrap();
        table.choose(0, &format!("id-{n}"), &format!("right-{n}")).unwrap();
        let seen = everything(&table);
        assert!(!seen.contains("correct") && !seen.contains("explanation"), "{seen}");
        assert!(!seen.contains("because") && !seen.contains("counts"), "{seen}");
        assert!(seen.contains(&format!("prompt-{n}")));
        assert_eq!(table.results(View::Participant), Value::Null);
        let runner = json!({ "question": format!("id-{n}"), "answered": 1, "total": 3 });
        assert_eq!(table.results(View::Runner), runner);
        table.act("reveal").unwrap();
        let seen = everything(&table);
        assert!(seen.contains(&format!("because-{n}")));
        for later in n + 1..=4 {
            assert!(!seen.contains(&format!("-{later}")), "{seen}");
        }
    }
}

#[test]
fn the_public_configuration_is_all_but_the_questions() {
    let table = Table::new(0, json!({ "questions": [choice("a")], "duration_s": 60 }));
    let public = json!({
        "scoring": "speed", "streak_bonus": false, "countdown_s": 0, "leaderboard": "all",
        "leaderboard_size": 10, "duration_s": 60,
    });
    assert_eq!(shown(Some(table.quiz.public_config())), public);
}

#[test]
fn the_present_question_is_shown_with_its_key_after_the_reveal() {
    let mut config = two_choices();
    config["questions"][0]["explanation"] = json!("Grass is.");
    let mut table = Table::new(1, config);
    assert_eq!(table.current(), Value::Null);
    table.act("next").unwrap();
    let options = json!([
        { "id": "a", "label": "Red" }, { "id": "b", "label": "Green" }, { "id": "c", "label": "Blue" }
    ]);
    let mut expected = json!({
        "index": 0, "of": 2,
        "question": {
            "id": "q1", "kind": "choice", "prompt": "Which?", "options": options,
            "time_limit_s": 20, "points": 1000,
        },
    });
    assert_eq!(table.current(), expected);
    assert!(!table.quiz.is_revealed());
    table.act("reveal").unwrap();
    assert!(table.quiz.is_revealed());
    expected["question"]["correct"] = json!(["b"]);
    expected["question"]["explanation"] = json!("Grass is.");
    assert_eq!(table.current(), expected);
    table.act("next").unwrap();
    table.act("reveal").unwrap();
    table.act("next").unwrap();
    assert_eq!(table.current(), Value::Null, "finished");
}

#[test]
fn a_reveal_shows_counts_key_fastest_and_leaderboard() {
    let mut table = Table::new(6, two_choices());
    table.act("next").unwrap();
    for (seat, choice, ms) in [(3, "b", 900), (0, "b", 1200), (5, "a", 10), (1, "b", 1000)] {
        let body = json!({ "question": "q1", "choices": [choice] });
        table.answer_at(START + ms, seat, body).unwrap();
    }
    table.answer_at(START + 1100, 2, json!({ "question": "q1", "choices": ["b"] })).unwrap();
    table.act("reveal").unwrap();
    let seen = table.results(View::Participant);
    assert_eq!(seen, table.results(View::Runner));
    assert_eq!(seen["counts"], json!({ "a": 1, "b": 4, "c": 0 }));
    assert_eq!((&seen["question"], &seen["answered"]), (&json!("q1"), &json!(5)));
    assert_eq!((&seen["total"], &seen["correct"]), (&json!(7), &json!(["b"])));
    assert_eq!(seats_in(&seen["fastest"]), [3, 1, 2]);
    let first = json!({ "participant_id": person(3).id, "nickname": "Person 3", "ms": 900 });
    assert_eq!(seen["fastest"][0], first);
    let tied = [0, 1, 2, 3].map(|seat| [seat, 1000, 1, 0]);
    assert_eq!(table.rows(View::Runner), [&tied[..], &[[4, 0, 5, 0], [5, 0, 5, 0]]].concat());
    assert!(seen.get("order").is_none());
}

#[test]
fn several_right_answers_are_right_only_as_the_exact_set() {
    let mut question = choice("a");
    question["correct"] = json!(["c", "a"]);
    let mut table = Table::new(4, json!({ "questions": [question], "scoring": "flat" }));
    table.act("next").unwrap();
    for (seat, choices) in
        [["a"].as_slice(), &["a", "c"], &["c", "a"], &["a", "b", "c"]].iter().enumerate()
    {
        let body = json!({ "question": "q1", "choices": choices });
        table.answer(u32::try_from(seat).unwrap(), body).unwrap();
    }
    table.act("reveal").unwrap();
    let right = [0, 1, 2, 3].map(|seat| table.log(seat)[0].unwrap().0);
    assert_eq!(right, [false, true, true, false]);
    assert_eq!(table.results(View::Runner)["correct"], json!(["a", "c"]));
    assert_eq!(table.results(View::Runner)["counts"], json!({ "a": 4, "b": 1, "c": 3 }));
}

#[test]
fn numbers_are_right_within_the_tolerance_and_counted_as_written() {
    let correct = json!({ "value": 100, "tolerance": 5 });
    let question = json!({ "kind": "numeric", "prompt": "How many?", "correct": correct });
    let mut table = Table::new(5, json!({ "questions": [question] }));
    table.act("next").unwrap();
    let body = |value: f64| json!({ "question": "q1", "value": value });
    for (seat, value) in [(0, 95.0), (1, 105.5), (2, 0.25), (3, 95.0), (4, 1e21)] {
        table.answer(seat, body(value)).unwrap();
    }
    table.act("reveal").unwrap();
    let seen = table.results(View::Participant);
    assert_eq!(seen["counts"], json!({ "95": 2, "105.5": 1, "0.25": 1, "1e21": 1 }));
    assert_eq!(seen["correct"], json!({ "value": 100.0, "tolerance": 5.0 }));
    assert_eq!(seats_in(&seen["fastest"]), [0, 3]);
}

#[test]
fn who_buzzed_first_is_the_runners_until_the_reveal() {
    let mut table = Table::new(12, json!({ "questions": [buzzer()], "scoring": "rank" }));
    table.act("next").unwrap();
    for seat in 0..12 {
        let at = START + 1000 - u64::from(seat);
        table.answer_at(at, seat, json!({ "question": "q1", "buzz": true })).unwrap();
    }
    assert_eq!(table.results(View::Participant), Value::Null);
    let order = seats_in(&table.results(View::Runner)["order"]);
    assert_eq!(order, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
    for (seat, correct) in [(11, false), (10, true), (3, true)] {
        table.judge(seat, correct).unwrap();
    }
    table.act("reveal").unwrap();
    let seen = table.results(View::Participant);
    assert_eq!(seats_in(&seen["order"]), order);
    assert_eq!((seats_in(&seen["fastest"]), seen.get("counts")), (vec![10, 3], None));
    assert_eq!([10, 3, 11].map(|seat| table.log(seat)[0].unwrap().1), [1000, 975, 0]);
}

#[test]
fn a_wrong_or_a_missed_question_ends_a_streak() {
    let questions: Vec<Value> = (0..9).map(|_| choice("b")).collect();
    let config = json!({ "questions": questions, "scoring": "flat", "streak_bonus": true });
    let mut table = Table::new(2, config);
    let answers = ["b", "b", "b", "", "b", "b", "a", "b", "b"];
    for (n, answer) in (1..).zip(answers) {
        table.act("next").unwrap();
        let question = format!("q{n}");
        if !answer.is_empty() {
            table.choose(0, &question, answer).unwrap();
        }
        table.choose(1, &question, "b").unwrap();
        table.act("reveal").unwrap();
    }
    let right = |points, streak| Some((true, points, streak));
    let (first, second) = (right(1000, 1), right(1100, 2));
    let wrong = Some((false, 0, 0));
    let third = right(1200, 3);
    assert_eq!(table.log(0), [first, second, third, None, first, second, wrong, first, second]);
    let last = [right(1500, 6), right(1500, 7), right(1500, 8), right(1500, 9)];
    assert_eq!(table.log(1)[5..], last, "the bonus stops at 500");
    let score = table.quiz.standings(&table.people).unwrap().by_seat[1].unwrap().score;
    assert_eq!(score, 9000 + 100 + 200 + 300 + 400 + 4 * 500);
}

#[test]
fn ranks_are_shared_and_changes_are_from_the_reveal_before() {
    let mut table = Table::new(4, two_choices());
    table.act("next").unwrap();
    table.choose(2, "q1", "b").unwrap();
    table.act("reveal").unwrap();
    assert_eq!(
        table.rows(View::Runner),
        [[2, 1000, 1, 0], [0, 0, 2, 0], [1, 0, 2, 0], [3, 0, 2, 0]]
    );
    table.act("next").unwrap();
    table.choose(1, "q2", "b").unwrap();
    table.choose(3, "q2", "b").unwrap();
    table.act("reveal").unwrap();
    let rows = [[1, 1000, 1, 1], [2, 1000, 1, 0], [3, 1000, 1, 1], [0, 0, 4, -2]];
    assert_eq!(table.rows(View::Participant), rows);
    table.act("next").unwrap();
    assert_eq!(table.rows(View::Participant), rows, "finished");
    assert_eq!(table.results(View::Participant)["question"], Value::Null);
}

/// Plays a question to which some give the right answer.
fn play(table: &mut Table, question: &str, right: &[u32]) {
    for seat in right {
        table.choose(*seat, question, "b").unwrap();
    }
    table.choose(3, question, "a").unwrap();
    table.act("reveal").unwrap();
}

#[test]
fn a_redone_question_never_happened() {
    let questions: Vec<Value> = (0..3).map(|_| choice("b")).collect();
    let config = json!({ "questions": questions, "streak_bonus": true });
    let mut once = Table::new(4, config.clone());
    let mut redone = Table::new(4, config);
    for table in [&mut once, &mut redone] {
        table.act("next").unwrap();
        play(table, "q1", &[0, 1]);
        table.act("next").unwrap();
    }
    redone.choose(2, "q2", "b").unwrap();
    redone.act("redo").unwrap();
    assert_eq!(redone.quiz, once.quiz, "redone while open");
    play(&mut redone, "q2", &[1, 2]);
    redone.act("leaderboard").unwrap();
    redone.act("redo").unwrap();
    assert_eq!(redone.quiz, once.quiz, "redone after the reveal");
    for table in [&mut once, &mut redone] {
        play(table, "q2", &[0]);
        table.act("next").unwrap();
        play(table, "q3", &[0, 2]);
    }
    assert_eq!(redone.quiz, once.quiz);
    assert_eq!(once.log(0), [(1000, 1), (1100, 2), (1200, 3)].map(|(p, s)| Some((true, p, s))));
}

#[test]
fn redo_counts_down_again() {
    let mut config = two_choices();
    config["countdown_s"] = json!(3);
    let mut table = Table::new(1, config);
    table.act("next").unwrap();
    table.now += 10_000;
    let opens_at = Timestamp(table.now + 3000);
    assert_eq!(
        table.act("redo"),
        Ok(QuizChange::AskedAgain { question: 0, opens_at, round: Round(2) })
    );
    assert_eq!(table.phase(), "countdown");
}

#[test]
fn the_leaderboard_is_called_up_until_the_next_thing_happens() {
    let mut table = Table::new(1, two_choices());
    table.act("next").unwrap();
    assert_eq!(table.quiz.shows_leaderboard(), Some(false));
    table.act("reveal").unwrap();
    for action in ["next", "reveal", "redo"] {
        table.act("leaderboard").unwrap();
        assert_eq!(table.quiz.shows_leaderboard(), Some(true));
        table.act(action).unwrap();
        assert_eq!(table.quiz.shows_leaderboard(), Some(false), "{action}");
    }
}

#[test]
fn who_sees_the_leaderboard_is_the_policys_to_say() {
    for (policy, participant, runner) in
        [("all", true, true), ("runner", false, true), ("off", false, false)]
    {
        let mut config = json!({ "questions": [choice("b")], "leaderboard_size": 2 });
        config["leaderboard"] = json!(policy);
        let mut table = Table::new(3, config);
        table.act("next").unwrap();
        table.act("reveal").unwrap();
        for (view, sees) in [(View::Participant, participant), (View::Runner, runner)] {
            let rows = table.results(view).get("leaderboard").map(|rows| seats_in(rows).len());
            assert_eq!(rows, sees.then_some(2), "{policy} {view:?}");
        }
        table.act("next").unwrap();
        for (view, sees) in [(View::Participant, participant), (View::Runner, runner)] {
            assert_eq!(!table.results(view).is_null(), sees, "{policy} {view:?} at the end");
        }
    }
}

#[test]
fn names_are_left_out_where_the_session_shows_none() {
    let mut table = Table::new(2, json!({ "questions": [buzzer()] }));
    table.show_names = false;
    table.act("next").unwrap();
    table.answer(0, json!({ "question": "q1", "buzz": true })).unwrap();
    table.judge(0, true).unwrap();
    table.act("reveal").unwrap();
    let seen = table.results(View::Participant);
    for list in ["order", "fastest", "leaderboard"] {
        assert_eq!(seen[list][0]["nickname"], Value::Null, "{list}");
        assert_eq!(seat_in(&seen[list][0]), 0);
    }
    assert!(!seen.to_string().contains("Person"));
}

#[test]
fn who_was_removed_is_on_no_list_and_leaves_no_hole() {
    let mut table = Table::new(4, two_choices());
    table.act("next").unwrap();
    table.choose(1, "q1", "b").unwrap();
    table.choose(2, "q1", "b").unwrap();
    table.act("reveal").unwrap();
    table.remove(1);
    let seen = table.results(View::Participant);
    assert_eq!(seen["counts"]["b"], json!(2), "counts are kept");
    assert_eq!(seats_in(&seen["fastest"]), [2]);
    assert_eq!(table.rows(View::Runner), [[2, 1000, 1, 0], [0, 0, 2, 0], [3, 0, 2, 0]]);
    let own = |table: &Table, seat: usize| {
        table.quiz.standings(&table.people).unwrap().by_seat[seat].unwrap().rank
    };
    assert_eq!([0, 2, 3].map(|seat| own(&table, seat)), [2, 1, 2], "as on the leaderboard");
    table.act("next").unwrap();
    table.act("reveal").unwrap();
    let ranks = table.quiz.standings(&table.people).unwrap().by_seat;
    let ranks: Vec<_> = ranks.iter().map(|standing| standing.unwrap().rank).collect();
    assert_eq!(ranks, [2, 1, 1, 2]);
}

#[test]
fn the_final_ranks_are_of_who_is_there_at_the_end() {
    let mut table = Table::new(3, json!({ "questions": [choice("b")] }));
    table.act("next").unwrap();
    table.choose(1, "q1", "b").unwrap();
    table.act("reveal").unwrap();
    table.remove(1);
    table.act("next").unwrap();
    let rank =
        |seat: usize| table.quiz.standings(&table.people).unwrap().by_seat[seat].unwrap().rank;
    assert_eq!([0, 2].map(rank), [1, 1]);
}

#[test]
fn spectators_are_ranked_only_with_a_score() {
    let mut table = Table::new(3, two_choices());
    table.set_person(0, |person| person.spectator = true);
    table.act("next").unwrap();
    table.choose(1, "q1", "b").unwrap();
    table.act("reveal").unwrap();
    assert_eq!(table.rows(View::Runner), [[1, 1000, 1, 0], [2, 0, 2, 0]]);
    table.set_person(1, |person| person.spectator = true);
    table.act("next").unwrap();
    table.act("reveal").unwrap();
    assert_eq!(table.rows(View::Runner), [[1, 1000, 1, 0], [2, 0, 2, 0]]);
}

#[test]
fn only_the_runner_sees_answers_arrive() {
    let mut table = Table::new(1, two_choices());
    let sees = |table: &Table| {
        [View::Runner, View::Participant].map(|view| table.quiz.shows_answers(view))
    };
    assert_eq!(sees(&table), [false, false]);
    table.act("next").unwrap();
    assert_eq!(sees(&table), [true, false]);
    table.act("reveal").unwrap();
    assert_eq!(sees(&table), [false, false]);
}

#[test]
fn a_question_says_whether_several_options_are_right_but_not_how_many() {
    let options = json!([
        { "id": "a", "label": "A" }, { "id": "b", "label": "B" }, { "id": "c", "label": "C" },
    ]);
    for (right, several) in [
        (json!(["a"]), Value::Null),
        (json!(["a", "b"]), json!(true)),
        (json!(["a", "b", "c"]), json!(true)),
    ] {
        let question = json!({
            "kind": "choice", "prompt": "Which?", "options": options, "correct": right,
        });
        let mut table = Table::new(1, json!({ "questions": [question] }));
        table.act("next").unwrap();
        assert_eq!(table.current()["question"]["several"], several);
    }
}
