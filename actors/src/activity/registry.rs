//! The list of all types of activity, and the enums that hold one of any type.

use std::sync::Arc;

use bincode::{
    BorrowDecode, Decode, Encode,
    de::{BorrowDecoder, Decoder},
    enc::Encoder,
    error::{DecodeError, EncodeError},
};
use serde::{Deserialize, Deserializer};
use utoipa::{
    ToSchema,
    openapi::{RefOr, Schema},
};

use super::{
    poker::Poker,
    poll::Poll,
    quiz::Quiz,
    rules::{ActivityConfig, ActivityRules, ForRound, Running, Scene, Wire},
    shapes::Shapes,
    wordcloud::WordCloud,
};
use crate::session::{FieldError, People, Rejection, Round, Seat, Timestamp};

/// Stores an enum over all types as the type's number, then what it holds.
///
/// By hand, because the derive of bincode can't be used inside a macro on tuple variants.
macro_rules! stored_by_kind {
    ($enum:ident, $($rest:ident),+ : $($name:ident),+) => {
        stored_by_kind! { $enum: $($name),+ }
        stored_by_kind! { $($rest),+ : $($name),+ }
    };
    ($enum:ident: $($name:ident),+) => {
        impl Encode for $enum {
            fn encode<E: Encoder>(&self, encoder: &mut E) -> Result<(), EncodeError> {
                match self {
                    $(Self::$name(it) => {
                        (Kind::$name as u32).encode(encoder)?;
                        it.encode(encoder)
                    })+
                }
            }
        }

        impl Decode<()> for $enum {
            fn decode<D: Decoder<Context = ()>>(decoder: &mut D) -> Result<Self, DecodeError> {
                let number = u32::decode(decoder)?;
                $(if number == Kind::$name as u32 {
                    return Ok(Self::$name(Decode::decode(decoder)?));
                })+
                Err(DecodeError::Other("a type of activity that this version does not know"))
            }
        }

        impl<'de> BorrowDecode<'de, ()> for $enum {
            fn borrow_decode<D: BorrowDecoder<'de, Context = ()>>(
                decoder: &mut D,
            ) -> Result<Self, DecodeError> {
                Decode::decode(decoder)
            }
        }
    };
}

/// Expands to the enums over all types and to the calls that reach the right one.
///
/// The order is part of the stored format: append new types at the end.
macro_rules! activity_types {
    ($($name:ident),+ $(,)?) => {
        /// A type of activity.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind { $($name),+ }

        /// A configuration of some type.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Config { $($name(Arc<<$name as ActivityRules>::Config>)),+ }

        /// An answer of some type, as its author wrote it.
        #[derive(Debug, Clone)]
        pub enum Answer { $($name(<$name as ActivityRules>::Answer)),+ }

        /// An answer of some type, as it is kept.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Given { $($name(<$name as ActivityRules>::Given)),+ }

        /// A control of some type, as its author wrote it.
        #[derive(Debug, Clone)]
        pub enum Control { $($name(<$name as ActivityRules>::Control)),+ }

        /// What a control of some type did.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Change { $($name(<$name as ActivityRules>::Change)),+ }

        /// The state of an activity of some type.
        #[derive(Debug, Clone, PartialEq)]
        pub enum State { $($name($name)),+ }

        stored_by_kind! { Config, Given, Change, State: $($name),+ }

        impl Kind {
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The word for this type in the API.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $name::NAME),+ }
            }

            #[must_use]
            pub fn title(self) -> &'static str {
                match self { $(Self::$name => $name::TITLE),+ }
            }

            #[must_use]
            pub fn description(self) -> &'static str {
                match self { $(Self::$name => $name::DESCRIPTION),+ }
            }

            /// The words that a control's `action` may be.
            #[must_use]
            pub fn actions(self) -> &'static [&'static str] {
                match self { $(Self::$name => $name::ACTIONS),+ }
            }

            /// What bodies of this type look like.
            #[must_use]
            pub fn schemas(self) -> KindSchemas {
                match self { $(Self::$name => KindSchemas::of::<$name>()),+ }
            }

            /// What clients read of this type.
            #[must_use]
            pub fn shapes(self) -> Shapes {
                match self { $(Self::$name => $name::shapes()),+ }
            }

            /// Reads a configuration and completes it.
            pub fn config<'de, D: Deserializer<'de>>(
                self,
                body: D,
            ) -> Result<Result<Config, Vec<FieldError>>, D::Error> {
                match self {
                    $(Self::$name => {
                        let mut config = <$name as ActivityRules>::Config::deserialize(body)?;
                        let problems = config.complete();
                        Ok(if problems.is_empty() {
                            Ok(Config::$name(Arc::new(config)))
                        } else {
                            Err(problems)
                        })
                    }),+
                }
            }

            /// Reads an answer; whether it fits is the activity's to say.
            pub fn answer<'de, D: Deserializer<'de>>(self, body: D) -> Result<Answer, D::Error> {
                match self { $(Self::$name => Deserialize::deserialize(body).map(Answer::$name)),+ }
            }

            /// Reads a control; whether it is timely is the activity's to say.
            pub fn control<'de, D: Deserializer<'de>>(self, body: D) -> Result<Control, D::Error> {
                match self { $(Self::$name => Deserialize::deserialize(body).map(Control::$name)),+ }
            }
        }

        impl Config {
            #[must_use]
            pub fn kind(&self) -> Kind {
                match self { $(Self::$name(_) => Kind::$name),+ }
            }

            #[must_use]
            pub fn duration_s(&self) -> Option<u32> {
                match self { $(Self::$name(config) => config.duration_s()),+ }
            }

            /// The whole configuration, for its administrator.
            #[must_use]
            pub fn wire(&self) -> Wire<'_> {
                match self { $(Self::$name(config) => Box::new(&**config)),+ }
            }

            #[must_use]
            pub fn appends_to(&self, old: &Self) -> bool {
                match (self, old) {
                    $((Self::$name(new), Self::$name(old)) => new.appends_to(old),)+
                    #[allow(unreachable_patterns)]
                    _ => false,
                }
            }

            /// An answer to an activity with this configuration, as its author wrote it.
            #[must_use]
            pub fn answer_body<'a>(&'a self, given: &'a Given) -> Option<Wire<'a>> {
                match (self, given) {
                    $((Self::$name(config), Given::$name(given)) =>
                        Some(<$name as ActivityRules>::answer_body(config, given)),)+
                    #[allow(unreachable_patterns)]
                    _ => None,
                }
            }
        }

        impl Answer {
            #[must_use]
            pub fn round(&self) -> Option<Round> {
                match self { $(Self::$name(answer) => answer.round()),+ }
            }
        }

        impl Control {
            #[must_use]
            pub fn round(&self) -> Option<Round> {
                match self { $(Self::$name(control) => control.round()),+ }
            }

            #[must_use]
            pub fn works_when_expired(&self) -> bool {
                match self { $(Self::$name(control) => $name::works_when_expired(control)),+ }
            }
        }

        impl Change {
            #[must_use]
            pub fn starts_round(&self) -> bool {
                match self { $(Self::$name(change) => $name::starts_round(change)),+ }
            }

            #[must_use]
            pub fn changes_everyone(&self) -> bool {
                match self { $(Self::$name(change) => $name::changes_everyone(change)),+ }
            }
        }

        impl State {
            #[must_use]
            pub fn new(config: Config) -> Self {
                match config { $(Config::$name(config) => Self::$name($name::new(config))),+ }
            }

            #[must_use]
            pub fn kind(&self) -> Kind {
                match self { $(Self::$name(_) => Kind::$name),+ }
            }

            #[must_use]
            pub fn config(&self) -> Config {
                match self { $(Self::$name(state) => Config::$name(state.config().clone())),+ }
            }

            /// What can be asked of any type.
            #[must_use]
            pub fn running(&self) -> &dyn Running {
                match self { $(Self::$name(state) => state),+ }
            }

            pub(crate) fn running_mut(&mut self) -> &mut dyn Running {
                match self { $(Self::$name(state) => state),+ }
            }

            pub(crate) fn extend(&mut self, config: Config) {
                match (self, config) {
                    $((Self::$name(state), Config::$name(config)) => state.extend(config),)+
                    #[allow(unreachable_patterns)]
                    _ => debug_assert!(false, "an activity never changes its type"),
                }
            }

            pub(crate) fn read(&self, answer: &Answer, scene: &Scene<'_>) -> Result<Given, Rejection> {
                match (self, answer) {
                    $((Self::$name(state), Answer::$name(answer)) =>
                        state.read(answer, scene).map(Given::$name),)+
                    #[allow(unreachable_patterns)]
                    _ => Err(Rejection::invalid("", "is not an answer to this type of activity")),
                }
            }

            #[must_use]
            pub fn given(&self, seat: Seat) -> Option<Given> {
                match self { $(Self::$name(state) => state.given(seat).cloned().map(Given::$name)),+ }
            }

            pub(crate) fn has_given(&self, seat: Seat, what: &Given) -> bool {
                match (self, what) {
                    $((Self::$name(state), Given::$name(what)) => state.given(seat) == Some(what),)+
                    #[allow(unreachable_patterns)]
                    _ => false,
                }
            }

            #[must_use]
            pub fn has_answered(&self, seat: Seat) -> bool {
                match self { $(Self::$name(state) => state.given(seat).is_some()),+ }
            }

            pub(crate) fn put(&mut self, seat: Seat, given: &Given, arrived_at: Timestamp) {
                match (self, given) {
                    $((Self::$name(state), Given::$name(given)) => state.put(seat, given, arrived_at),)+
                    #[allow(unreachable_patterns)]
                    _ => debug_assert!(false, "an answer is of its activity's type"),
                }
            }

            pub(crate) fn decide_control(
                &self,
                control: &Control,
                scene: &Scene<'_>,
            ) -> Result<Change, Rejection> {
                match (self, control) {
                    $((Self::$name(state), Control::$name(control)) =>
                        state.decide_control(control, scene).map(Change::$name),)+
                    #[allow(unreachable_patterns)]
                    _ => Err(Rejection::InvalidAction),
                }
            }

            pub(crate) fn apply(&mut self, change: &Change, people: &People, at: Timestamp) {
                match (self, change) {
                    $((Self::$name(state), Change::$name(change)) => state.apply(change, people, at),)+
                    #[allow(unreachable_patterns)]
                    _ => debug_assert!(false, "a change is of its activity's type"),
                }
            }

            pub(crate) fn when_all_answered(&self) -> Option<Change> {
                match self { $(Self::$name(state) => state.when_all_answered().map(Change::$name)),+ }
            }
        }
    };
}

activity_types! { Poll, Poker, Quiz, WordCloud }

/// The JSON schemas of a type's bodies, and of everything they refer to.
pub struct KindSchemas {
    pub config: NamedSchema,
    pub answer: NamedSchema,
    pub control: NamedSchema,
    pub referenced: Vec<NamedSchema>,
}

pub type NamedSchema = (String, RefOr<Schema>);

impl KindSchemas {
    fn of<T: ActivityRules>() -> Self {
        let mut referenced = vec![];
        <T::Config as ToSchema>::schemas(&mut referenced);
        <T::Answer as ToSchema>::schemas(&mut referenced);
        <T::Control as ToSchema>::schemas(&mut referenced);
        Self {
            config: named::<T::Config>(),
            answer: named::<T::Answer>(),
            control: named::<T::Control>(),
            referenced,
        }
    }
}

pub(super) fn named<T: ToSchema>() -> NamedSchema {
    (T::name().into_owned(), T::schema())
}
