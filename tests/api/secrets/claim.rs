//! What everybody finds in every body of every operation, in every phase of an event.

use serde_json::{Value, json};

use super::{
    event::{Event, admins_only},
    table::{
        ADMINS, STEERERS, anywhere, at, editing, in_the_other_session, own, queue, reports, says,
        screens, steps, uneven,
    },
    walk::Reader::{self, Ana, Ben, Eve, Mia, OtherRunner},
};
use crate::{app::TestApp, on_store};

on_store!(one, behind_a_proxy: nobody_finds_what_they_may_not_see_in_any_phase);

async fn nobody_finds_what_they_may_not_see_in_any_phase(app: TestApp) {
    let mut event = Event::prepare(app).await;
    draft(&mut event).await;
    event.open().await;
    event.walk("open").await;
    named_text(&mut event).await;
    anonymous_text(&mut event).await;
    choice(&mut event).await;
    poker(&mut event).await;
    quiz(&mut event).await;
    word_cloud(&mut event).await;
    end(&mut event).await;
    event.conclude();
}

/// What is prepared: for administrators, and nobody else.
fn prepare(event: &mut Event, secrets: &[&'static str]) {
    for secret in secrets {
        event.table.add(secret, [says(*secret)]);
        event.table.is(secret, &[editing()]);
        event.table.may(secret, &[admins_only()]);
    }
}

/// Now it is asked.
fn ask(event: &mut Event, secrets: &[&'static str]) {
    secrets.iter().for_each(|secret| event.table.told(secret));
}

async fn draft(event: &mut Event) {
    event
        .draft(
            "named",
            "poll",
            json!({"kind": "text", "question": "sandstone",
        "anonymous": false}),
        )
        .await;
    event.draft("anonymous", "poll", json!({"kind": "text", "question": "limestone"})).await;
    let options: Value = ["optaq", "optbq", "optzq"]
        .map(|id| json!({"id": id, "label": format!("Label of {id}")}))
        .into();
    event
        .draft(
            "choice",
            "poll",
            json!({"kind": "choice", "question": "mudstone",
        "options": options}),
        )
        .await;
    event
        .draft(
            "poker",
            "poker",
            json!({"deck": ["zcarda", "zcardb", "zcardy", "zcardz"],
        "stories": [{"title": "juniper"}, {"title": "hawthorn"}]}),
        )
        .await;
    event.draft("quiz", "quiz", quiz_config()).await;
    event
        .draft(
            "cloud",
            "wordcloud",
            json!({"prompt": "weather", "allow_phrases": true,
        "banned_words": ["zephyrus"]}),
        )
        .await;
    event.draft("later", "poll", json!({"kind": "text", "question": "linden"})).await;
    let questions = ["sandstone", "limestone", "mudstone", "weather", "linden"];
    prepare(event, &questions);
    prepare(event, &["juniper", "hawthorn", "rowan", "alder", "hazel", "zephyrus"]);
    // Whoever steers is answered with the activity, but for stories and questions.
    questions.iter().for_each(|question| event.table.may(question, &[steps()]));
    for activity in ["named", "anonymous", "choice", "poker", "quiz", "cloud", "later"] {
        // Those who steer see what there is; everybody else what was published.
        let title = &*Box::leak(format!("Title of {activity}").into_boxed_str());
        event.table.add(title, [says(title)]);
        event.table.is(title, &[screens(), editing()]);
        event.table.may(title, &[anywhere(&STEERERS)]);
    }
    for (key, sign) in [
        ("the first key", uneven("qkkq", "qzzq")),
        ("the second key", says("48151623")),
        ("larch", says("larch")),
        ("spruce", says("spruce")),
    ] {
        // An administrator reads their own key where they edit it, and nowhere else.
        event.table.add(key, [sign]);
        event.table.is(key, &[editing()]);
    }
    event
        .room
        .admin
        .edit_session(&event.room.id, &json!({"description": "mulberry"}))
        .await
        .expect(200);
    event.table.add("mulberry", [says("mulberry")]);
    event.table.is("mulberry", &[at(&ADMINS, &["sessions_show", "sessions_list"])]);
    event.to_other().announce(&event.other.id, &json!({"text": "oleander"})).await.expect(204);
    event.table.add("oleander", [says("oleander")]);
    event.table.is("oleander", &[at(&[Reader::Cleo, OtherRunner], &["state_poll"])]);
    event.table.may("oleander", &[in_the_other_session()]);
    event.table.add("tamarisk", [says("tamarisk")]);
    event.walk("draft").await;
}

fn quiz_config() -> Value {
    let options: Value = ["qaaq", "qbbq", "qkkq", "qzzq"]
        .map(|id| json!({"id": id, "label": format!("Label of {id}")}))
        .into();
    json!({"countdown_s": 1, "scoring": "flat", "questions": [
        {"kind": "choice", "prompt": "rowan", "options": options, "correct": ["qkkq"],
         "time_limit_s": 6, "explanation": "larch"},
        {"kind": "numeric", "prompt": "alder", "correct": {"value": 48151623, "tolerance": 1},
         "time_limit_s": 600, "explanation": "spruce"},
        {"kind": "true_false", "prompt": "hazel", "correct": ["true"]},
    ]})
}

/// A new answer, which only its author knows.
fn wrote(event: &mut Event, who: Reader, secret: &'static str) {
    event.table.add(secret, [says(secret)]);
    event.table.is(secret, &[own(who)]);
}

/// What the big screen and administrators see of what is not held.
fn runners_see(event: &mut Event, who: Reader, secret: &str) {
    event.table.is(secret, &[own(who), screens(), queue(), reports()]);
    event.table.may(secret, &[anywhere(&STEERERS)]);
}

/// Only moderators and its author.
fn held(event: &mut Event, who: Reader, secret: &str) {
    event.table.is(secret, &[own(who), queue()]);
}

fn revealed(event: &mut Event, who: Reader, secret: &str) {
    event.table.told(secret);
    event.table.also(secret, &[own(who), queue(), reports()]);
}

async fn named_text(event: &mut Event) {
    event.step("named", "publish").await;
    event.table.told("Title of named");
    event.walk("published").await;
    event.announce("tamarisk").await;
    event.table.told("tamarisk");
    event.step("named", "activate").await;
    ask(event, &["sandstone"]);
    event.walk("text open").await;
    for (who, secret) in [(Ana, "granite"), (Mia, "gneiss"), (Eve, "obsidian")] {
        event.answer(who, "named", json!({"text": secret})).await;
        wrote(event, who, secret);
        runners_see(event, who, secret);
    }
    event.answer(Ben, "named", json!({"text": "shit basalt"})).await;
    wrote(event, Ben, "basalt");
    held(event, Ben, "basalt");
    event.walk("text answered").await;
    event.act("named", json!({"action": "lock"})).await;
    event.walk("text closed").await;
    event.act("named", json!({"action": "reveal"})).await;
    for (who, secret) in [(Ana, "granite"), (Mia, "gneiss"), (Eve, "obsidian")] {
        revealed(event, who, secret);
    }
    event.walk("text revealed").await;
    event.judge("basalt", "approve").await;
    revealed(event, Ben, "basalt");
    event.judge("granite", "hide").await;
    held(event, Ana, "granite");
    event.send_away(Mia, "").await;
    event.table.is("gneiss", &[queue()]);
    event.table.is("lapwing", &[queue()]);
    event.table.nobody("Mia's token");
    event.walk("text moderated").await;
}

async fn anonymous_text(event: &mut Event) {
    event.step("anonymous", "activate").await;
    event.table.told("Title of anonymous");
    event.table.pass(&["sandstone", "obsidian", "basalt", "Title of named"]);
    ask(event, &["limestone"]);
    for (who, secret) in [(Ana, "quartzite"), (Eve, "dolomite")] {
        event.answer(who, "anonymous", json!({"text": secret})).await;
        wrote(event, who, secret);
        runners_see(event, who, secret);
        event.unnamed(who, &[secret]);
    }
    event.answer(Ben, "anonymous", json!({"text": "shit feldspar"})).await;
    wrote(event, Ben, "feldspar");
    held(event, Ben, "feldspar");
    event.unnamed(Ben, &["feldspar"]);
    event.walk("anonymous text answered").await;
    event.act("anonymous", json!({"action": "reveal"})).await;
    revealed(event, Ana, "quartzite");
    revealed(event, Eve, "dolomite");
    event.walk("anonymous text revealed").await;
}

async fn choice(event: &mut Event) {
    event.step("choice", "activate").await;
    event.table.told("Title of choice");
    event.table.pass(&["limestone", "quartzite", "dolomite", "Title of anonymous"]);
    ask(event, &["mudstone"]);
    event.answer(Ana, "choice", json!({"choices": ["optaq"]})).await;
    let signs = [says("\"optaq\":1"), uneven("optaq", "optzq")];
    event.table.add("Ana's choice", signs);
    runners_see_choice(event);
    event.unnamed(Ana, &["Label of optaq"]);
    event.walk("choice answered").await;
    event.act("choice", json!({"action": "reveal"})).await;
    event.table.told("Ana's choice");
    event.table.also("Ana's choice", &[own(Ana), reports()]);
    event.walk("choice revealed").await;
    event.step("choice", "expire").await;
    event.walk("choice expired").await;
}

fn runners_see_choice(event: &mut Event) {
    event.table.is("Ana's choice", &[own(Ana), screens(), reports()]);
    event.table.may("Ana's choice", &[anywhere(&STEERERS)]);
}

async fn poker(event: &mut Event) {
    event.step("poker", "activate").await;
    event.table.told("Title of poker");
    event.table.pass(&["mudstone", "Ana's choice", "Title of choice"]);
    ask(event, &["juniper"]);
    event.table.also("hawthorn", &[screens()]);
    event.walk("poker voting").await;
    event.answer(Ana, "poker", json!({"card": "zcarda"})).await;
    event.answer(Ben, "poker", json!({"card": "zcardb"})).await;
    for (who, secret, card) in [(Ana, "Ana's card", "zcarda"), (Ben, "Ben's card", "zcardb")] {
        event.table.add(secret, [uneven(card, "zcardz")]);
        event.table.is(secret, &[own(who)]);
    }
    event.walk("poker voted").await;
    event.act("poker", json!({"action": "reveal"})).await;
    for (who, secret) in [(Ana, "Ana's card"), (Ben, "Ben's card")] {
        event.table.told(secret);
        event.table.also(secret, &[own(who), reports()]);
    }
    event.walk("poker revealed").await;
    event.act("poker", json!({"action": "next"})).await;
    ask(event, &["hawthorn"]);
    event.table.pass(&["juniper"]);
    event.table.pass(&["Ana's card", "Ben's card"]);
    event.answer(Ana, "poker", json!({"card": "zcardy"})).await;
    event.table.add("Ana's second card", [uneven("zcardy", "zcardz")]);
    event.table.is("Ana's second card", &[own(Ana)]);
    event.walk("poker's second story voted").await;
}

async fn quiz(event: &mut Event) {
    event.step("quiz", "activate").await;
    event.table.told("Title of quiz");
    event.table.pass(&["hawthorn", "Title of poker"]);
    event.walk("quiz waiting").await;
    event.act("quiz", json!({"action": "next"})).await;
    ask(event, &["rowan"]);
    event.room.sees("it opens", |it| it["activity"]["phase"] == "open").await;
    event.answer(Ana, "quiz", json!({"question": "q1", "choices": ["qaaq"]})).await;
    event.table.add("Ana's answer", [says("\"qaaq\":1"), uneven("qaaq", "qzzq")]);
    event.table.is("Ana's answer", &[own(Ana)]);
    event.walk("quiz open").await;
    event.room.sees("it closes", |it| it["activity"]["phase"] == "closed").await;
    event.walk("quiz closed").await;
    event.act("quiz", json!({"action": "reveal"})).await;
    event.table.told("Ana's answer");
    event.table.also("Ana's answer", &[own(Ana), reports()]);
    for key in ["the first key", "larch"] {
        event.table.told(key);
        event.table.also(key, &[editing()]);
    }
    event.walk("quiz revealed").await;
    event.act("quiz", json!({"action": "next"})).await;
    ask(event, &["alder"]);
    event.table.pass(&["rowan", "Ana's answer", "the first key", "larch"]);
    event.walk("quiz countdown").await;
    event.room.sees("it opens", |it| it["activity"]["phase"] == "open").await;
    event.answer(Ana, "quiz", json!({"question": "q2", "value": 7717001})).await;
    wrote(event, Ana, "7717001");
    event.walk("quiz's second question open").await;
}

async fn word_cloud(event: &mut Event) {
    event.step("cloud", "activate").await;
    event.table.told("Title of cloud");
    event.table.pass(&["alder", "Title of quiz"]);
    ask(event, &["weather"]);
    event.walk("cloud open").await;
    event.answer(Ana, "cloud", json!({"words": ["cumulus", "cirrus"]})).await;
    event.answer(Eve, "cloud", json!({"words": ["nimbus"]})).await;
    event.answer(Ben, "cloud", json!({"words": ["shit stratus"]})).await;
    for (who, word) in [(Ana, "cumulus"), (Ana, "cirrus"), (Eve, "nimbus")] {
        wrote(event, who, word);
        runners_see(event, who, word);
    }
    wrote(event, Ben, "stratus");
    held(event, Ben, "stratus");
    for (who, word) in [(Ana, "cumulus"), (Ana, "cirrus"), (Eve, "nimbus"), (Ben, "stratus")] {
        event.unnamed(who, &[word]);
    }
    event.walk("cloud answered").await;
    event.act("cloud", json!({"action": "reveal"})).await;
    for (who, word) in [(Ana, "cumulus"), (Ana, "cirrus"), (Eve, "nimbus")] {
        revealed(event, who, word);
    }
    event.walk("cloud revealed").await;
    event.act("cloud", json!({"action": "hide_word", "word": "cirrus"})).await;
    held(event, Ana, "cirrus");
    event.walk("a word hidden").await;
}

async fn end(event: &mut Event) {
    event.send_away(Eve, "?erase=true").await;
    for secret in ["whimbrel", "obsidian", "dolomite", "nimbus", "Eve's token"] {
        event.table.nobody(secret);
    }
    event.walk("somebody erased").await;
    event.complete().await;
    // Nobody joins any more, not even again.
    event.table.pass(&["Ana's token", "Ben's token", "Vera's token", "Pen's token"]);
    event.walk("completed").await;
    event.restart().await;
    event.walk("completed, by another server").await;
}
