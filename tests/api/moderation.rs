//! Moderation: what people type is held, hidden, approved, and goes with who is removed.

use serde_json::{Value, json};

use crate::{
    app::TestApp,
    client::Client,
    crowd::crowd,
    on_both, on_one,
    room::{Phone, Room},
};

on_both! {
    a_decision_outlives_the_server,
}

on_one! {
    a_held_text_is_in_no_frame_until_it_is_approved,
    a_hidden_text_is_in_no_frame_at_once,
    a_hidden_nickname_is_a_guest_everywhere,
    a_renamed_person_is_judged_anew,
    each_profanity_setting_does_what_it_says,
    a_word_is_judged_for_everybody_who_wrote_it,
    nobody_learns_who_wrote_what_is_anonymous,
    an_author_is_removed_with_their_text,
    texts_are_listed_in_pages_by_status_and_activity,
    a_decision_that_makes_no_sense_is_refused,
    what_a_removed_person_wrote_is_hidden_and_counted,
    who_is_erased_leaves_nothing_behind,
    texts_are_judged_after_the_event_too,
}

impl Room {
    async fn items(&self, query: &str) -> Vec<Value> {
        let page = self.runner.moderation(&self.id, query).await.expect(200);
        page["items"].as_array().unwrap().clone()
    }

    /// The one item with this text.
    async fn item(&self, text: &str) -> Value {
        let mut items = self.items("?limit=200").await;
        items.retain(|item| item["text"] == text);
        assert_eq!(items.len(), 1, "one item is {text:?}: {items:?}");
        items.remove(0)
    }

    async fn judge(&self, text: &str, decision: &str) -> Value {
        let item = self.item(text).await;
        let body = json!({"decision": decision});
        self.runner.moderate(&self.id, id(&item), &body).await.expect(200)
    }
}

fn id(item: &Value) -> &str {
    item["item_id"].as_str().unwrap()
}

async fn texts(client: &Client, session: &str) -> Vec<String> {
    let frame = client.state(session, "").await.expect(200);
    let latest = frame["results"]["latest"].as_array().unwrap().iter();
    latest.map(|item| item["text"].as_str().unwrap().to_owned()).collect()
}

async fn both_see(room: &Room, phone: &Phone, expected: &[&str]) {
    for client in [&phone.client, &room.runner] {
        assert_eq!(texts(client, &room.id).await, expected);
    }
}

fn open_text() -> Value {
    json!({"kind": "text", "question": "What now?", "results": "always", "anonymous": false})
}

async fn a_held_text_is_in_no_frame_until_it_is_approved(app: TestApp) {
    let room = Room::open_with(&app, json!({"profanity": "review"})).await;
    let poll = room.run("poll", open_text()).await;
    let phones = crowd(&room, 2).await;
    phones[0].answer(&poll, json!({"text": "holy shit"})).await.expect(201);
    phones[1].answer(&poll, json!({"text": "Fine"})).await.expect(201);
    room.sees("both answers", |it| it["results"]["responses"] == 2).await;
    both_see(&room, &phones[0], &["Fine"]).await;
    room.sees("one that waits", |it| it["pending_moderation"] == 1).await;
    let waiting = room.items("?status=pending").await;
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0]["text"], "holy shit");
    assert_eq!(waiting[0]["author"]["nickname"], phones[0].nickname);
    assert_eq!(phones[0].me().await["answers"][&poll]["text"], "holy shit", "it is their own");
    phones[0].answer(&poll, json!({"text": "holy shit"})).await.expect(200);
    let approved = room.judge("holy shit", "approve").await;
    assert_eq!(approved["status"], "visible");
    room.sees("none that waits", |it| it["pending_moderation"] == 0).await;
    both_see(&room, &phones[0], &["Fine", "holy shit"]).await;
    phones[0].answer(&poll, json!({"text": "shit happens"})).await.expect(200);
    room.sees("the new one waits", |it| it["pending_moderation"] == 1).await;
    both_see(&room, &phones[0], &["Fine"]).await;
}

async fn a_hidden_text_is_in_no_frame_at_once(app: TestApp) {
    let room = Room::open(&app).await;
    let poll = room.run("poll", open_text()).await;
    let phones = crowd(&room, 2).await;
    for (phone, text) in phones.iter().zip(["One", "Two"]) {
        phone.answer(&poll, json!({"text": text})).await.expect(201);
    }
    room.sees("both", |it| it["results"]["latest"].as_array().is_some_and(|it| it.len() == 2))
        .await;
    let hidden = room.judge("One", "hide").await;
    assert_eq!((&hidden["status"], &hidden["kind"]), (&json!("hidden"), &json!("text")));
    assert_eq!(hidden["activity_id"], *poll);
    both_see(&room, &phones[0], &["Two"]).await;
    room.judge("One", "hide").await;
    room.judge("One", "approve").await;
    both_see(&room, &phones[0], &["Two", "One"]).await;
}

async fn a_hidden_nickname_is_a_guest_everywhere(app: TestApp) {
    let room = Room::open(&app).await;
    let poker = room.run("poker", json!({"stories": []})).await;
    let ana = room.join("Ana").await;
    let ben = room.join("Ben").await;
    ana.answer(&poker, json!({"card": "5"})).await.expect(201);
    room.act(&poker, "reveal").await;
    let hidden = room.judge("Ana", "hide").await;
    assert_eq!(hidden["author"], json!({"participant_id": ana.id, "nickname": "Guest 1"}));
    for client in [&ben.client, &room.runner] {
        let frame = client.state(&room.id, "").await.expect(200);
        assert!(!frame.to_string().contains("\"Ana\""), "{frame}");
        assert!(frame.to_string().contains("\"Guest 1\""), "{frame}");
    }
    let listed = room.admin.participants(&room.id, "?q=guest").await.expect(200);
    assert_eq!(listed["items"][0]["nickname"], "Guest 1");
    let me = ana.me().await;
    assert_eq!((&me["nickname"], &me["shown_as"]), (&json!("Ana"), &json!("Guest 1")));
    let taken = app.anyone().join(&room.id, &json!({"nickname": "ANA"})).await;
    assert_eq!(taken.problem(409), "nickname_taken", "a hidden name is still somebody's");
    room.judge("Ana", "approve").await;
    let frame = ben.client.state(&room.id, "").await.expect(200);
    assert!(frame.to_string().contains("\"Ana\""), "{frame}");
    assert!(ana.me().await.get("shown_as").is_none());
}

async fn a_renamed_person_is_judged_anew(app: TestApp) {
    let room = Room::open_with(&app, json!({"profanity": "review"})).await;
    let ana = room.join("Shithead").await;
    assert_eq!(ana.me().await["shown_as"], "Guest 1");
    let old = room.item("Shithead").await;
    assert_eq!(old["status"], "pending");
    ana.client.edit_me(&room.id, &json!({"nickname": "Ana"})).await.expect(200);
    assert_eq!(room.item("Ana").await["status"], "visible");
    let late = room.runner.moderate(&room.id, id(&old), &json!({"decision": "hide"})).await;
    assert_eq!(late.problem(404), "not_found", "the decision was about the name before");
    ana.client.edit_me(&room.id, &json!({"nickname": "Fucker"})).await.expect(200);
    assert_eq!(room.item("Fucker").await["status"], "pending");
    let by_hand = json!({"nickname": "Anita"});
    room.runner.edit_participant(&room.id, &ana.id, &by_hand).await.expect(200);
    assert_eq!(room.item("Anita").await["status"], "visible");
}

async fn each_profanity_setting_does_what_it_says(app: TestApp) {
    for (profanity, shown) in [("off", "Shithead"), ("mask", "S*******"), ("review", "Shithead")] {
        let room = Room::open_with(&app, json!({"profanity": profanity})).await;
        let joined = room.join("Shithead").await;
        assert_eq!(joined.nickname, shown, "{profanity}");
        let again = room.join_as(json!({"nickname": "x", "client_id": joined.client_id})).await;
        assert_eq!((&again.id, &again.nickname), (&joined.id, &joined.nickname));
        let cloud = room.run("wordcloud", json!({"results": "always"})).await;
        joined.answer(&cloud, json!({"words": ["shit", "tea"]})).await.expect(201);
        let words = if profanity == "mask" { ["s***", "tea"] } else { ["shit", "tea"] };
        assert_eq!(joined.me().await["answers"][&cloud]["words"], json!(words));
        joined.answer(&cloud, json!({"words": ["shit", "tea"]})).await.expect(200);
        let seen = if profanity == "review" { 1 } else { 2 };
        room.sees("the words", |it| it["results"]["distinct"] == seen).await;
    }
    let room = Room::open_with(&app, json!({"profanity": "reject"})).await;
    let refused = app.anyone().join(&room.id, &json!({"nickname": "Shithead"})).await;
    assert_eq!(refused.problem(422), "text_rejected");
    assert_eq!(refused.json()["errors"][0]["pointer"], "/nickname");
    let check = app.anyone().check_nickname(&room.id, "Shithead").await;
    assert_eq!(check.problem(422), "text_rejected");
    let poll = room.run("poll", open_text()).await;
    let ana = room.join("Ana").await;
    let refused = ana.answer(&poll, json!({"text": "shit"})).await;
    assert_eq!(refused.problem(422), "text_rejected");
    let cloud = room.run("wordcloud", json!({})).await;
    let refused = ana.answer(&cloud, json!({"words": ["fine", "shit"]})).await;
    assert_eq!(refused.json()["errors"][0]["pointer"], "/words/1");
}

async fn a_word_is_judged_for_everybody_who_wrote_it(app: TestApp) {
    let room = Room::open_with(&app, json!({"profanity": "review"})).await;
    let cloud = room.run("wordcloud", json!({"results": "always"})).await;
    let phones = crowd(&room, 3).await;
    for phone in &phones[..2] {
        phone.answer(&cloud, json!({"words": ["Shit", "tea"]})).await.expect(201);
    }
    room.sees("one word that waits", |it| it["pending_moderation"] == 1).await;
    let words = |it: &Value| it["results"]["words"].clone();
    let tea = json!([{"text": "tea", "count": 2}]);
    room.sees("tea only", |it| words(it) == tea).await;
    room.judge("Shit", "approve").await;
    room.sees("both words", |it| it["results"]["distinct"] == 2).await;
    phones[2].answer(&cloud, json!({"words": ["SHIT"]})).await.expect(201);
    let counted = json!([{"text": "Shit", "count": 3}, {"text": "tea", "count": 2}]);
    room.sees("three of it, none that waits", |it| words(it) == counted).await;
    room.judge("Shit", "hide").await;
    room.sees("tea only again", |it| words(it) == tea).await;
    let frame = phones[0].client.state(&room.id, "").await.expect(200);
    assert!(!frame.to_string().to_lowercase().contains("shit"), "{frame}");
}

async fn nobody_learns_who_wrote_what_is_anonymous(app: TestApp) {
    let room = Room::open(&app).await;
    let ana = room.join("Ana").await;
    let poll = room.run("poll", json!({"kind": "text", "question": "?", "anonymous": true})).await;
    ana.answer(&poll, json!({"text": "Between us"})).await.expect(201);
    let cloud = room.run("wordcloud", json!({})).await;
    ana.answer(&cloud, json!({"words": ["secretly"]})).await.expect(201);
    for (text, kind) in [("Between us", "text"), ("secretly", "word")] {
        let item = room.item(text).await;
        assert_eq!(item["kind"], kind);
        assert!(item.get("author").is_none(), "{item}");
    }
}

async fn an_author_is_removed_with_their_text(app: TestApp) {
    let room = Room::open(&app).await;
    let poll =
        room.run("poll", json!({"kind": "text", "question": "?", "results": "always"})).await;
    let ana = room.join("Ana").await;
    let ben = room.join("Ben").await;
    ana.answer(&poll, json!({"text": "Rude"})).await.expect(201);
    ben.answer(&poll, json!({"text": "Kind"})).await.expect(201);
    let rude = room.item("Rude").await;
    let body = json!({"decision": "hide", "remove_author": true});
    room.runner.moderate(&room.id, id(&rude), &body).await.expect(200);
    assert_eq!(ana.client.state(&room.id, "").await.problem(401), "removed");
    both_see(&room, &ben, &["Kind"]).await;
    room.runner.moderate(&room.id, id(&rude), &body).await.expect(200);
    let cloud = room.run("wordcloud", json!({"results": "always"})).await;
    ben.answer(&cloud, json!({"words": ["rude"]})).await.expect(201);
    let word = room.item("rude").await;
    let gone = room.runner.moderate(&room.id, id(&word), &body).await.expect(200);
    assert_eq!(gone["status"], "hidden");
    assert_eq!(ben.client.state(&room.id, "").await.problem(401), "removed");
    room.sees("nobody", |it| it["participants"]["total"] == 0).await;
}

async fn texts_are_listed_in_pages_by_status_and_activity(app: TestApp) {
    let room = Room::open_with(&app, json!({"profanity": "review"})).await;
    let phones = crowd(&room, 3).await;
    let poll = room.run("poll", open_text()).await;
    for (n, phone) in phones.iter().enumerate() {
        phone.answer(&poll, json!({"text": format!("Text {n}")})).await.expect(201);
    }
    let cloud = room.run("wordcloud", json!({})).await;
    phones[0].answer(&cloud, json!({"words": ["tea", "shit"]})).await.expect(201);
    room.judge("Text 1", "hide").await;
    let mut found = vec![];
    let mut query = "?limit=2".to_owned();
    loop {
        let page = room.admin.moderation(&room.id, &query).await.expect(200);
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= 2);
        found.extend(items.iter().map(|item| item["text"].as_str().unwrap().to_owned()));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        query = format!("?limit=2&cursor={cursor}");
    }
    // They joined at once, in any order.
    found[..3].sort();
    let expected = ["Guest 0", "Guest 1", "Guest 2", "Text 0", "Text 1", "Text 2", "tea", "shit"];
    assert_eq!(found, expected);
    for (query, count) in [
        ("?status=hidden".to_owned(), 1),
        ("?status=pending".to_owned(), 1),
        ("?status=visible".to_owned(), 6),
        (format!("?activity={poll}"), 3),
        (format!("?activity={poll}&status=hidden"), 1),
        (format!("?activity={cloud}&status=hidden"), 0),
    ] {
        assert_eq!(room.items(&query).await.len(), count, "{query}");
    }
}

async fn a_decision_that_makes_no_sense_is_refused(app: TestApp) {
    let room = Room::open(&app).await;
    let ana = room.join("Ana").await;
    let item = room.item("Ana").await;
    let decide = async |id: &str, body: Value| room.runner.moderate(&room.id, id, &body).await;
    for unknown in ["t0-0", "n9-0", "n0-1", "w3-3", "x", "n0", "n00-0", "%20"] {
        let answer = decide(unknown, json!({"decision": "hide"})).await;
        assert_eq!(answer.problem(404), "not_found", "{unknown}");
    }
    for body in [
        json!({"decision": "burn"}),
        json!({}),
        json!({"decision": "approve", "remove_author": true}),
        json!({"decision": "hide", "reason": "rude"}),
    ] {
        assert_eq!(decide(id(&item), body.clone()).await.problem(422), "validation", "{body}");
    }
    for query in ["?status=rude", "?activity=x", "?cursor=x", "?limit=0", "?limit=201"] {
        let answer = room.runner.moderation(&room.id, query).await;
        assert_eq!(answer.problem(422), "validation", "{query}");
    }
    let unknown = format!("?activity={}", uuid::Uuid::new_v4());
    assert_eq!(room.runner.moderation(&room.id, &unknown).await.problem(422), "validation");
    assert_eq!(ana.client.moderation(&room.id, "").await.problem(403), "forbidden");
    assert!(ana.me().await.get("shown_as").is_none());
}

async fn what_a_removed_person_wrote_is_hidden_and_counted(app: TestApp) {
    let room = Room::open(&app).await;
    let phones = crowd(&room, 2).await;
    let poll = room.run("poll", open_text()).await;
    for phone in &phones {
        phone.answer(&poll, json!({"text": phone.nickname})).await.expect(201);
    }
    let cloud = room.run("wordcloud", json!({"results": "always"})).await;
    phones[0].answer(&cloud, json!({"words": ["mine", "ours"]})).await.expect(201);
    phones[1].answer(&cloud, json!({"words": ["ours"]})).await.expect(201);
    room.runner.remove_participant(&room.id, &phones[0].id, "").await.expect(204);
    let left = json!([{"text": "ours", "count": 1}]);
    let frame = room.sees("only ours", |it| it["results"]["words"] == left).await;
    assert_eq!(frame["results"]["responses"], 2, "they answered all the same");
    room.step(&poll, "reopen").await;
    let frame = room.sees("one text", |it| it["results"]["responses"] == 2).await;
    assert_eq!(frame["results"]["latest"].as_array().unwrap().len(), 1);
    let mut hidden = room.items("?status=hidden").await;
    hidden.retain(|item| item["text"] == phones[0].nickname);
    let kinds: Vec<_> = hidden.iter().map(|item| item["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["nickname", "text"]);
}

async fn who_is_erased_leaves_nothing_behind(app: TestApp) {
    let room = Room::open(&app).await;
    let ana = room.join("Anacleto").await;
    let poll = room.run("poll", open_text()).await;
    ana.answer(&poll, json!({"text": "Remember me"})).await.expect(201);
    let cloud = room.run("wordcloud", json!({"results": "always"})).await;
    ana.answer(&cloud, json!({"words": ["forever"]})).await.expect(201);
    let by_runner = room.runner.remove_participant(&room.id, &ana.id, "?erase=true").await;
    assert_eq!(by_runner.problem(403), "forbidden");
    assert!(is_stored(&app, "Remember me"), "the search finds what is there");
    room.admin.remove_participant(&room.id, &ana.id, "?erase=true").await.expect(204);
    for gone in ["Anacleto", "Remember me", "forever"] {
        assert!(!is_stored(&app, gone), "{gone}");
    }
    room.admin.remove_participant(&room.id, &ana.id, "?erase=true").await.expect(204);
    assert!(room.items("").await.is_empty());
    let unknown = uuid::Uuid::new_v4().to_string();
    let nobody = room.admin.remove_participant(&room.id, &unknown, "?erase=true").await;
    assert_eq!(nobody.problem(404), "not_found");
    let again = room.join("Anacleto").await;
    assert_ne!(again.id, ana.id, "their name and device are free");
    room.sees("the answer", |it| it["results"]["responses"] == 1).await;
}

/// Whether the text is anywhere in the files of the store.
fn is_stored(app: &TestApp, text: &str) -> bool {
    let folder = std::fs::read_dir(app.folder()).unwrap();
    let mut files = folder.map(|file| std::fs::read(file.unwrap().path()).unwrap());
    files.any(|bytes| bytes.windows(text.len()).any(|part| part == text.as_bytes()))
}

async fn texts_are_judged_after_the_event_too(app: TestApp) {
    let room = Room::open(&app).await;
    let poll = room.run("poll", open_text()).await;
    let phones = crowd(&room, 2).await;
    phones[0].answer(&poll, json!({"text": "Rude"})).await.expect(201);
    room.admin.complete(&room.id).await.expect(200);
    both_see(&room, &phones[1], &["Rude"]).await;
    room.judge("Rude", "hide").await;
    both_see(&room, &phones[1], &[]).await;
    room.admin.remove_participant(&room.id, &phones[0].id, "?erase=true").await.expect(204);
}

async fn a_decision_outlives_the_server(mut app: TestApp) {
    let room = Room::open_with(&app, json!({"profanity": "review"})).await;
    let poll = room.run("poll", open_text()).await;
    let phones = crowd(&room, 2).await;
    phones[0].answer(&poll, json!({"text": "holy shit"})).await.expect(201);
    phones[1].answer(&poll, json!({"text": "Two"})).await.expect(201);
    let cloud = room.run("wordcloud", json!({"results": "always"})).await;
    phones[0].answer(&cloud, json!({"words": ["shit", "fuck"]})).await.expect(201);
    room.judge("Two", "hide").await;
    room.judge("shit", "approve").await;
    let before = room.items("?limit=200").await;
    app.restart().await;
    let room = room.on(&app);
    assert_eq!(room.items("?limit=200").await, before);
    let shown = json!([{"text": "shit", "count": 1}]);
    let frame = room.sees("one word", |it| it["results"]["words"] == shown).await;
    assert_eq!(frame["pending_moderation"], 2);
}
