//! One short event in which everything happens that can happen. Always the same.

use caja_actors::{
    activity::{Kind, Step},
    session::{
        ActivityId, ClientId, Command, EditSettings, Nickname, ParticipantId, Profanity, QrSize,
        Screen, Seat, Verdict, Who,
    },
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{configs, stage::Stage};

/// Plays it, up to its last event, which completes the session.
pub(crate) fn pageant() -> Stage {
    let mut show = Show(Stage::new());
    show.prepare();
    show.polls();
    show.poker();
    show.quiz();
    show.word_cloud();
    show.farewells();
    show.0
}

struct Show(Stage);

fn activity(n: u8) -> ActivityId {
    ActivityId(Uuid::from_u128(0xAC00 + u128::from(n)))
}

fn who(seat: u32) -> Who {
    Who { seat: Seat(seat), id: ParticipantId(Uuid::from_u128(0xBB00 + u128::from(seat))) }
}

impl Show {
    fn prepare(&mut self) {
        let profanity = Profanity::Review;
        let settings = EditSettings {
            max_participants: Some(9),
            locale: Some(Some("es-MX".into())),
            profanity: Some(profanity),
            ..<_>::default()
        };
        self.happens(Command::Edit {
            name: Some("Retro".into()),
            description: Some(Some("Every fortnight".into())),
            settings: Some(settings),
        });
        self.happens(Command::Open);
        for (seat, name) in (0..).zip(["Ana", "José", "渚", "Zoë 👩‍🚀", "Guest", "Shithead"])
        {
            self.happens(Command::Join {
                id: who(seat).id,
                nickname: Nickname::parse(name).expect("it is a nickname"),
                client: (seat != 2).then(|| ClientId(Uuid::from_u128(0xCC00 + u128::from(seat)))),
                spectator: seat == 3,
            });
        }
        for sort in 0..configs::CONFIGS {
            let title = format!("Sort {sort}");
            let config = configs::config(sort, configs::ITEMS + 1);
            self.happens(Command::AddActivity { id: activity(sort), title, config });
        }
        let config = Some(configs::config(5, 0));
        let title = Some("Another title".to_owned());
        self.happens(Command::EditActivity { id: activity(5), title, config });
        self.happens(Command::DeleteActivity { id: activity(15) });
        self.step(1, Step::Publish);
        self.step(1, Step::Unpublish);
        let ids = (0..15).rev().map(activity).collect();
        self.happens(Command::OrderActivities { ids });
        let screen = Screen { qr: QrSize::Full, results: true, leaderboard: false };
        self.happens(Command::SetScreen { screen });
        self.happens(Command::Announce { text: Some("Welcome".into()) });
    }

    fn polls(&mut self) {
        let answers = [
            (0, json!({"choices": ["b", "d"]})),
            (2, json!({"rating": -2})),
            (3, json!({"ranking": ["c", "a", "b"]})),
            (4, json!({"text": "More light"})),
            (4, json!({"text": "More fucking light"})),
        ];
        for (n, body) in answers {
            if !self.0.session.activity(activity(n)).expect("it is there").is_active() {
                self.step(n, Step::Activate);
            }
            self.answers(0, n, body.clone());
            self.answers(2, n, body);
        }
        for action in ["reveal", "hide", "lock", "unlock"] {
            self.control(4, json!({"action": action}));
        }
        self.happens(Command::Withdraw { who: who(2), activity: activity(4), round: None });
        self.answers(5, 4, json!({"text": "Damn fine shit"}));
        self.judges("t4-2", Verdict::Approve, false);
        self.judges("t4-2", Verdict::Hide, false);
        self.step(4, Step::Expire);
        self.step(4, Step::Reopen);
        self.step(0, Step::Reopen);
        self.control(0, json!({"action": "reset"}));
        self.answers(1, 0, json!({"choices": ["a"]}));
    }

    fn poker(&mut self) {
        self.step(6, Step::Activate);
        self.answers(0, 6, json!({"card": "CARD-TWO"}));
        self.answers(1, 6, json!({"card": "?"}));
        for control in [
            json!({"action": "reveal"}),
            json!({"action": "accept", "estimate": "CARD-TWO"}),
            json!({"action": "revote"}),
            json!({"action": "next"}),
        ] {
            self.control(6, control);
        }
        self.answers(0, 6, json!({"card": "☕"}));
    }

    fn quiz(&mut self) {
        self.step(10, Step::Activate);
        let rounds = [
            [
                json!({"question": "q0", "choices": ["b", "d"]}),
                json!({"question": "q0", "choices": ["a"]}),
            ],
            [
                json!({"question": "q1", "value": 987_654.25}),
                json!({"question": "q1", "value": -0.5}),
            ],
            [
                json!({"question": "q2", "choices": ["true"]}),
                json!({"question": "q2", "choices": ["false"]}),
            ],
        ];
        for answers in rounds {
            self.control(10, json!({"action": "next"}));
            for (seat, body) in (0..).zip(answers) {
                self.answers(seat, 10, body);
            }
            self.control(10, json!({"action": "reveal"}));
        }
        self.control(10, json!({"action": "leaderboard"}));
        self.control(10, json!({"action": "redo"}));
        self.control(10, json!({"action": "reveal"}));
        self.control(10, json!({"action": "next"}));
        self.answers(1, 10, json!({"question": "q3", "buzz": true}));
        let judged = who(1).id.to_string();
        self.control(10, json!({"action": "judge", "participant_id": judged, "correct": true}));
        self.control(10, json!({"action": "reveal"}));
        self.control(10, json!({"action": "next"}));
        // A second one in the middle of a question.
        self.step(11, Step::Activate);
        self.control(11, json!({"action": "next"}));
        self.0.cast.now = self.0.cast.now.plus_ms(5_000);
        self.answers(2, 11, json!({"question": "q0", "choices": ["b", "d"]}));
    }

    fn word_cloud(&mut self) {
        self.step(13, Step::Activate);
        self.answers(0, 13, json!({"words": ["Rust", "té"]}));
        self.answers(1, 13, json!({"words": ["rust", "c++", "🎉"]}));
        self.answers(2, 13, json!({"words": ["shit"]}));
        self.answers(3 + 1, 13, json!({"words": ["Shit", "fuck"]}));
        for control in [
            json!({"action": "merge", "from": "c++", "into": "rust"}),
            json!({"action": "merge", "from": "té", "into": "🎉"}),
            json!({"action": "unmerge", "word": "té"}),
            json!({"action": "hide_word", "word": "🎉"}),
            json!({"action": "hide_word", "word": "coffee"}),
            json!({"action": "show_word", "word": "coffee"}),
            json!({"action": "reveal"}),
        ] {
            self.control(13, control);
        }
    }

    fn farewells(&mut self) {
        self.happens(Command::Observe { online: 3 });
        self.happens(Command::EditParticipant {
            id: who(2).id,
            nickname: Some(Nickname::parse("Nagisa").expect("it is a nickname")),
            spectator: Some(true),
            by_moderator: true,
        });
        self.happens(Command::Leave { id: who(1).id });
        self.happens(Command::Remove { id: who(4).id, ban: true, erase: false });
        self.happens(Command::Remove { id: who(0).id, ban: false, erase: true });
        self.judges("n5-0", Verdict::Hide, true);
        self.happens(Command::Complete);
    }

    fn judges(&mut self, item: &str, verdict: Verdict, remove_author: bool) {
        let item = item.parse().expect("it names a text");
        self.happens(Command::Moderate { item, verdict, remove_author });
    }

    fn step(&mut self, n: u8, step: Step) {
        self.happens(Command::TakeStep { activity: activity(n), step });
    }

    fn kind(&self, n: u8) -> Kind {
        self.0.session.activity(activity(n)).expect("it is there").state.kind()
    }

    fn control(&mut self, n: u8, body: Value) {
        let control = self.kind(n).control(body).expect("it is a control");
        self.happens(Command::Control { activity: activity(n), control, pacing_ms: 2_000 });
    }

    fn answers(&mut self, seat: u32, n: u8, body: Value) {
        let answer = self.kind(n).answer(body).expect("it is an answer");
        self.happens(Command::Answer { who: who(seat), activity: activity(n), answer });
    }

    fn happens(&mut self, command: Command) {
        self.0.cast.now = self.0.cast.now.plus_ms(100);
        let now = self.0.cast.now;
        let decision = self.0.perform(&command, now);
        assert!(decision.is_ok_and(|it| it.event.is_some()), "it happens: {command:?}");
    }
}
