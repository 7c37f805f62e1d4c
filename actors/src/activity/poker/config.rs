//! What a facilitator sets up: the stories and the deck.

use bincode::{Decode, Encode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::deck::Deck;
use crate::{
    activity::{
        options::{complete_ids, complete_text, duration_problem},
        rules::ActivityConfig,
    },
    session::FieldError,
};

/// More than a day of estimating.
const STORIES_MAX: usize = 200;
const TITLE_MAX: usize = 300;
/// What browsers and trackers take.
const LINK_MAX: usize = 2_000;

/// What a poker table estimates, and how.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Encode, Decode, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PokerConfig {
    /// Up to 200; without any, people vote on what they talk about.
    #[serde(default)]
    #[schema(max_items = 200, example = json!([{"id": "s1", "title": "Log in", "link": null}]))]
    pub stories: Vec<Story>,
    /// The cards.
    #[serde(default)]
    pub deck: Deck,
    /// Whether votes may be changed before the reveal.
    #[serde(default = "yes")]
    #[schema(default = true)]
    pub allow_change: bool,
    /// Reveals by itself once every non-spectator who is online has voted.
    #[serde(default)]
    pub auto_reveal: bool,
    /// Whether results name who voted what.
    #[serde(default = "yes")]
    #[schema(default = true)]
    pub show_names: bool,
    /// Seconds after which the activity expires by itself.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 86400)]
    pub duration_s: Option<u32>,
}

/// Something to estimate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Story {
    /// `s1`, `s2`, … where it is left out.
    #[serde(default)]
    #[schema(required = false, max_length = 32, example = "s1")]
    pub id: String,
    /// What is estimated.
    #[schema(min_length = 1, max_length = 300, example = "Log in")]
    pub title: String,
    /// Where to read more: `http` or `https`.
    #[serde(default)]
    #[schema(max_length = 2000, example = "https://tracker.example/1")]
    pub link: Option<String>,
}

fn yes() -> bool {
    true
}

impl ActivityConfig for PokerConfig {
    fn complete(&mut self) -> Vec<FieldError> {
        let mut problems = self.deck.complete();
        problems.extend(duration_problem(self.duration_s));
        if self.stories.len() > STORIES_MAX {
            problems.push(FieldError::new("/stories", "must have at most 200 stories"));
        }
        for (index, story) in self.stories.iter_mut().enumerate() {
            problems.extend(story.complete(&format!("/stories/{index}")));
        }
        let ids = self.stories.iter_mut().map(|story| &mut story.id).collect();
        problems.extend(complete_ids(ids, "/stories", |index| format!("s{}", index + 1)));
        problems
    }

    fn duration_s(&self) -> Option<u32> {
        self.duration_s
    }

    fn appends_to(&self, old: &Self) -> bool {
        let keeps_stories = self.stories.starts_with(&old.stories);
        keeps_stories && Self { stories: old.stories.clone(), ..self.clone() } == *old
    }
}

impl Story {
    fn complete(&mut self, pointer: &str) -> Vec<FieldError> {
        let title = complete_text(&mut self.title, &format!("{pointer}/title"), 1, TITLE_MAX);
        // A form sends an empty field where there is no link.
        self.link = self.link.take().map(|link| link.trim().to_owned()).filter(|l| !l.is_empty());
        let fits = self.link.as_ref().is_none_or(|link| is_web_link(link));
        let link = (!fits).then(|| {
            let detail = "must be an http or https address of at most 2000 characters";
            FieldError::new(format!("{pointer}/link"), detail)
        });
        title.into_iter().chain(link).collect()
    }
}

/// Whether this may become a link on everybody's screen: no `javascript:`, no `data:`.
fn is_web_link(link: &str) -> bool {
    let rest = link.split_once("://").and_then(|(scheme, rest)| {
        let is_web = ["http", "https"].iter().any(|web| scheme.eq_ignore_ascii_case(web));
        is_web.then_some(rest)
    });
    let has_host = rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with(['/', '?', '#']));
    has_host
        && link.chars().count() <= LINK_MAX
        && !link.chars().any(|c| c.is_whitespace() || c.is_control())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn config(body: Value) -> PokerConfig {
        serde_json::from_value(body).unwrap()
    }

    fn pointers(body: Value) -> Vec<String> {
        config(body).complete().into_iter().map(|problem| problem.pointer).collect()
    }

    #[test]
    fn everything_may_be_left_out() {
        let mut config = config(json!({}));
        assert_eq!(config.complete(), []);
        let expected = json!({
            "stories": [], "deck": "fibonacci", "allow_change": true, "auto_reveal": false,
            "show_names": true, "duration_s": null,
        });
        assert_eq!(serde_json::to_value(&config).unwrap(), expected);
    }

    #[test]
    fn a_typo_in_a_config_is_refused() {
        assert!(serde_json::from_value::<PokerConfig>(json!({"auto_revel": true})).is_err());
        let story = json!({"stories": [{"titel": "a"}]});
        assert!(serde_json::from_value::<PokerConfig>(story).is_err());
    }

    #[test]
    fn stories_get_ids_that_are_free() {
        let mut config = config(
            json!({"stories": [{"title": " a "}, {"id": "s1", "title": "b"}, {"title": "c"}]}),
        );
        assert_eq!(config.complete(), []);
        let ids: Vec<&str> = config.stories.iter().map(|story| &*story.id).collect();
        assert_eq!(ids, ["s12", "s1", "s3"]);
        assert_eq!(config.stories[0].title, "a");
    }

    #[test]
    fn stories_have_limits() {
        let many = |n: usize| json!({"stories": vec![json!({"title": "a"}); n]});
        assert_eq!(pointers(many(200)), [""; 0]);
        assert_eq!(pointers(many(201)), ["/stories"]);
        assert_eq!(pointers(json!({"stories": [{"title": " "}]})), ["/stories/0/title"]);
        assert_eq!(
            pointers(json!({"stories": [{"title": "a".repeat(301)}]})),
            ["/stories/0/title"]
        );
        assert_eq!(pointers(json!({"duration_s": 0})), ["/duration_s"]);
    }

    #[test]
    fn links_lead_to_the_web_only() {
        let link = |link: &str| pointers(json!({"stories": [{"title": "a", "link": link}]}));
        for good in ["https://tracker.example/1", "HTTP://a", "http://[::1]:8080/?a=b#c", ""] {
            assert_eq!(link(good), [""; 0], "{good}");
        }
        let long = format!("https://a/{}", "x".repeat(1991));
        let bad = [
            "javascript:alert(1)",
            "data:text/html,x",
            "tracker.example",
            "https://",
            &long,
            "https:///x",
            "//a",
            "ftp://a",
            "javascript://a",
            "https://a b",
            "https://a\u{0}b",
        ];
        for bad in bad {
            assert_eq!(link(bad), ["/stories/0/link"], "{bad}");
        }
    }

    #[test]
    fn only_more_stories_append() {
        let complete = |body| {
            let mut config = config(body);
            assert_eq!(config.complete(), []);
            config
        };
        let old = complete(json!({"stories": [{"title": "a"}]}));
        let cases = [
            (json!({"stories": [{"title": "a"}]}), true),
            (json!({"stories": [{"title": "a"}, {"title": "b"}]}), true),
            (json!({"stories": [{"title": "A"}, {"title": "b"}]}), false),
            (json!({"stories": [{"title": "b"}, {"title": "a"}]}), false),
            (json!({"stories": []}), false),
            (json!({"stories": [{"title": "a"}, {"title": "b"}], "deck": "t_shirt"}), false),
            (json!({"stories": [{"title": "a"}], "auto_reveal": true}), false),
        ];
        for (body, appends) in cases {
            assert_eq!(complete(body.clone()).appends_to(&old), appends, "{body}");
        }
    }
}
