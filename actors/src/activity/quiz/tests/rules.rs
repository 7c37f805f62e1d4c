//! Phases, what is answered when, and which control is timely.

use super::*;
use NotAccepting::{Early, Late, WrongQuestion};

#[test]
fn the_clock_alone_opens_and_closes_a_question() {
    let mut config = two_choices();
    config["countdown_s"] = json!(3);
    let mut table = Table::new(1, config);
    assert_eq!((table.phase(), table.quiz.window()), ("waiting", None));
    table.act("next").unwrap();
    let (opens_at, ends_at) = (START + 3000, START + 23_000);
    for (at, phase, next) in [
        (START, "countdown", Some(opens_at)),
        (opens_at - 1, "countdown", Some(opens_at)),
        (opens_at, "open", Some(ends_at)),
        (ends_at - 1, "open", Some(ends_at)),
        (ends_at, "closed", None),
    ] {
        table.now = at;
        assert_eq!(table.phase(), phase, "{}", at - START);
        assert_eq!(table.quiz.next_phase_at(Timestamp(at)), next.map(Timestamp));
        assert_eq!(table.quiz.window(), Some((Timestamp(opens_at), Timestamp(ends_at))));
    }
    table.act("reveal").unwrap();
    assert_eq!((table.phase(), table.quiz.next_phase_at(Timestamp(START))), ("revealed", None));
    table.act("next").unwrap();
    table.now += 3000;
    table.act("reveal").unwrap();
    table.act("next").unwrap();
    assert_eq!((table.phase(), table.quiz.window()), ("finished", None));
}

#[test]
fn a_question_opens_when_every_phone_has_polled() {
    for (countdown_s, pacing_ms, opens_after_ms) in
        [(3, 2000, 3000), (3, 10_000, 12_500), (3, 2_084, 3_001), (1, 0, 1000), (0, 10_000, 0)]
    {
        let mut config = two_choices();
        config["countdown_s"] = json!(countdown_s);
        let mut table = Table::new(1, config);
        table.pacing_ms = pacing_ms;
        let opens_at = Timestamp(START + opens_after_ms);
        let change = table.act("next");
        assert_eq!(change, Ok(QuizChange::Asked { question: 0, opens_at, round: Round(2) }));
    }
}

#[test]
fn an_answer_counts_from_the_opening_instant_to_just_before_the_closing_one() {
    let mut config = two_choices();
    config["countdown_s"] = json!(3);
    let mut table = Table::new(5, config);
    assert_eq!(table.choose(0, "q1", "a"), refused(Early), "waiting");
    table.act("next").unwrap();
    let opens_at = START + 3000;
    let body = json!({ "question": "q1", "choices": ["a"] });
    assert_eq!(table.answer_at(opens_at - 1, 0, body.clone()), refused(Early));
    assert_eq!(table.answer_at(opens_at, 1, body.clone()), Ok(()));
    assert_eq!(table.answer_at(opens_at + 19_999, 2, body.clone()), Ok(()));
    assert_eq!(table.answer_at(opens_at + 20_000, 3, body.clone()), refused(Late));
    table.now = opens_at + 21_000;
    assert_eq!(table.answer_at(opens_at + 5, 4, body), Ok(()), "arrived in time, waited inside");
    table.act("reveal").unwrap();
    assert_eq!(table.choose(3, "q1", "a"), refused(Late), "revealed");
    assert_eq!(table.quiz.answered(), 3);
}

#[test]
fn an_answer_to_another_question_is_refused() {
    let mut table = Table::new(1, two_choices());
    table.act("next").unwrap();
    assert_eq!(table.choose(0, "q2", "a"), refused(WrongQuestion));
    assert_eq!(table.choose(0, "nonsense", "a"), refused(WrongQuestion));
    table.act("reveal").unwrap();
    table.act("next").unwrap();
    assert_eq!(table.choose(0, "q1", "a"), refused(WrongQuestion));
    table.act("reveal").unwrap();
    table.act("next").unwrap();
    assert_eq!(table.choose(0, "q2", "a"), refused(Late), "finished");
}

#[test]
fn an_answer_is_final_and_repeating_it_is_harmless_also_when_closed() {
    let mut table = Table::new(1, two_choices());
    table.act("next").unwrap();
    table.now += 700;
    table.choose(0, "q1", "b").unwrap();
    let before = table.quiz.clone();
    table.now += 5000;
    assert_eq!(table.choose(0, "q1", "a"), Err(Rejection::ChangeNotAllowed));
    assert_eq!(table.choose(0, "q1", "b"), Ok(()));
    table.now += 60_000;
    assert_eq!(table.choose(0, "q1", "b"), Ok(()));
    assert_eq!(table.quiz, before);
    assert!(!table.quiz.allows_change());
    table.act("reveal").unwrap();
    assert_eq!(table.choose(0, "q1", "b"), Ok(()));
    assert_eq!(
        table.quiz.standings(&table.people).unwrap().questions[0].by_seat[0].unwrap().ms,
        700
    );
}

#[test]
fn an_answer_has_exactly_the_field_that_the_question_asks_for() {
    let questions = json!([
        choice("a"),
        { "kind": "true_false", "prompt": "?", "correct": ["true"] },
        { "kind": "numeric", "prompt": "?", "correct": { "value": 1 } },
        buzzer(),
    ]);
    let mut table = Table::new(1, json!({ "questions": questions }));
    let cases = [
        vec![
            (json!({}), "/choices"),
            (json!({ "value": 1 }), "/value"),
            (json!({ "choices": ["a"], "buzz": true }), "/buzz"),
            (json!({ "choices": [] }), "/choices"),
            (json!({ "choices": ["a", "b", "c", "a"] }), "/choices"),
            (json!({ "choices": ["a", "x"] }), "/choices/1"),
            (json!({ "choices": ["a", "a"] }), "/choices/1"),
        ],
        vec![(json!({ "choices": ["true", "false"] }), "/choices"), (json!({}), "/choices")],
        vec![(json!({}), "/value"), (json!({ "value": 1, "choices": ["a"] }), "/choices")],
        vec![(json!({}), "/buzz"), (json!({ "buzz": false }), "/buzz")],
    ];
    for (n, bodies) in (1..).zip(cases) {
        table.act("next").unwrap();
        for (mut body, pointer) in bodies {
            body["question"] = json!(format!("q{n}"));
            let Err(Rejection::Invalid(problems)) = table.answer(0, body.clone()) else {
                panic!("{body} is taken");
            };
            assert_eq!(problems[0].pointer, pointer, "{body}");
        }
        table.act("reveal").unwrap();
    }
    let infinite = QuizAnswer { value: Some(f64::NAN), ..QuizAnswer::default() };
    assert!(super::super::read_answer(2, &table.quiz.config.questions[2], &infinite).is_err());
}

#[test]
fn an_answer_reads_back_as_it_was_written() {
    let questions = json!([
        choice("a"),
        { "kind": "numeric", "prompt": "?", "correct": { "value": 1 } },
        buzzer(),
    ]);
    let mut table = Table::new(1, json!({ "questions": questions }));
    for body in [
        json!({ "question": "q1", "choices": ["a", "c"] }),
        json!({ "question": "q2", "value": -0.5 }),
        json!({ "question": "q3", "buzz": true }),
    ] {
        table.act("next").unwrap();
        assert_eq!(table.quiz.given(Seat(0)), None, "the last question's answer is gone");
        table.answer(0, body.clone()).unwrap();
        let given = table.quiz.given(Seat(0)).unwrap();
        assert_eq!(shown(Some(Quiz::answer_body(&table.quiz.config, given))), body);
        table.act("reveal").unwrap();
    }
}

#[test]
fn minus_zero_is_zero() {
    let question = json!({ "kind": "numeric", "prompt": "?", "correct": { "value": 0 } });
    let mut table = Table::new(2, json!({ "questions": [question] }));
    table.act("next").unwrap();
    table.answer(0, json!({ "question": "q1", "value": -0.0 })).unwrap();
    table.answer(1, json!({ "question": "q1", "value": 0.0 })).unwrap();
    table.act("reveal").unwrap();
    assert_eq!(table.results(View::Participant)["counts"], json!({ "0": 2 }));
}

#[test]
fn untimely_controls_are_refused() {
    let mut config = two_choices();
    config["countdown_s"] = json!(3);
    let mut table = Table::new(2, config);
    let refuses = |table: &mut Table, actions: &[&str]| {
        let before = table.quiz.clone();
        for action in actions {
            assert_eq!(table.act(action), Err(Rejection::InvalidAction), "{action}");
        }
        assert_eq!(table.judge(0, true), Err(Rejection::InvalidAction));
        assert_eq!(table.quiz, before);
    };
    refuses(&mut table, &["reveal", "redo", "leaderboard", "hide", ""]);
    table.act("next").unwrap();
    refuses(&mut table, &["next", "reveal", "leaderboard"]);
    table.now += 3000;
    refuses(&mut table, &["next", "leaderboard"]);
    table.now += 60_000;
    refuses(&mut table, &["next", "leaderboard"]);
    table.act("reveal").unwrap();
    refuses(&mut table, &["reveal"]);
    table.act("next").unwrap();
    table.now += 3000;
    table.act("reveal").unwrap();
    assert_eq!(table.act("next"), Ok(QuizChange::Finished));
    refuses(&mut table, &["next", "reveal", "redo"]);
}

#[test]
fn a_finished_quiz_goes_on_when_questions_were_appended() {
    let mut table = Table::new(1, json!({ "questions": [choice("b")] }));
    table.act("next").unwrap();
    table.choose(0, "q1", "b").unwrap();
    table.act("reveal").unwrap();
    table.act("next").unwrap();
    let log = table.log(0);
    let mut config = serde_json::to_value(&**table.quiz.config()).unwrap();
    config["questions"].as_array_mut().unwrap().push(choice("a"));
    table.quiz.extend(parse(&config).unwrap());
    assert_eq!((table.phase(), table.log(0)), ("finished", log));
    let opens_at = Timestamp(START);
    assert_eq!(table.act("next"), Ok(QuizChange::Asked { question: 1, opens_at, round: Round(2) }));
    assert_eq!(table.current()["question"]["id"], json!("q2"));
}

#[test]
fn only_reveal_works_on_an_expired_quiz() {
    let mut table = Table::new(1, two_choices());
    for (action, works) in [("reveal", true), ("next", false), ("redo", false), ("judge", false)] {
        let control = QuizControl { action: action.into(), ..QuizControl::default() };
        assert_eq!(Quiz::works_when_expired(&control), works, "{action}");
    }
    table.act("next").unwrap();
    table.choose(0, "q1", "b").unwrap();
    table.status = ActivityStatus::Expired;
    assert_eq!(table.phase(), "closed");
    table.act("reveal").unwrap();
    assert_eq!(table.log(0), [Some((true, 1000, 1))]);
}

#[test]
fn next_and_redo_start_a_round_and_all_but_judging_changes_everyone() {
    let mut table = Table::new(1, json!({ "questions": [buzzer()] }));
    let mut facts = vec![];
    for action in ["next", "judge", "redo", "reveal", "leaderboard", "next"] {
        table.answer(0, json!({ "question": "q1", "buzz": true })).ok();
        let change = match action {
            "judge" => table.judge(0, true),
            action => table.act(action),
        };
        let change = change.unwrap();
        facts.push((action, Quiz::starts_round(&change), Quiz::changes_everyone(&change)));
    }
    assert_eq!(
        facts,
        [
            ("next", true, true),
            ("judge", false, false),
            ("redo", true, true),
            ("reveal", false, true),
            ("leaderboard", false, false),
            ("next", true, true),
        ]
    );
}

#[test]
fn a_buzzer_tells_everybody_their_place() {
    let mut table = Table::new(4, json!({ "questions": [buzzer()] }));
    table.act("next").unwrap();
    let body = json!({ "question": "q1", "buzz": true });
    table.answer_at(START + 300, 2, body.clone()).unwrap();
    table.answer_at(START + 200, 0, body.clone()).unwrap();
    table.answer_at(START + 300, 1, body).unwrap();
    let places = [0, 2, 1, 3].map(|seat| table.quiz.position(Seat(seat)));
    assert_eq!(places, [1, 2, 3, 4].map(Some));
    let mut other = Table::new(1, two_choices());
    other.act("next").unwrap();
    assert_eq!(other.quiz.position(Seat(0)), None, "order is for buzzers");
}

#[test]
fn judging_needs_somebody_who_buzzed() {
    let mut table = Table::new(3, json!({ "questions": [buzzer()], "scoring": "flat" }));
    table.act("next").unwrap();
    for seat in 0..2 {
        table.answer(seat, json!({ "question": "q1", "buzz": true })).unwrap();
    }
    assert_eq!(table.judge(2, true), Err(Rejection::InvalidAction));
    assert_eq!(table.judge(77, true), Err(Rejection::UnknownParticipant));
    for (control, pointer) in [
        (json!({ "action": "judge", "correct": true }), "/participant_id"),
        (json!({ "action": "judge", "participant_id": person(0).id }), "/correct"),
    ] {
        let Err(Rejection::Invalid(problems)) = table.control(control) else { panic!() };
        assert_eq!(problems[0].pointer, pointer);
    }
    table.judge(0, true).unwrap();
    table.judge(0, false).unwrap();
    table.judge(1, true).unwrap();
    table.act("reveal").unwrap();
    assert_eq!(
        (table.log(0), table.log(1)),
        (vec![Some((false, 0, 0))], vec![Some((true, 1000, 1))])
    );
    assert_eq!(table.judge(0, true), Err(Rejection::InvalidAction), "too late");
}
