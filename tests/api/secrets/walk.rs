//! Asks for every operation of the document as everybody, and keeps what comes back.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    client::{Client, Reply, send},
    crowd::at_once,
    room::Phone,
    surface::{Operation, by_cookie},
    workbook::Workbook,
};

/// Everybody who could ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reader {
    Nobody,
    Ana,
    Ben,
    /// Watches.
    Vera,
    /// Has a nickname that waits for a moderator.
    Pen,
    /// Is removed in the middle of the event.
    Mia,
    /// Is removed and erased.
    Eve,
    /// In another session of the same administrator.
    Cleo,
    Runner,
    /// Of the other session.
    OtherRunner,
    Revoked,
    Admin,
    /// The administrator's browser.
    Cookie,
    OtherAdmin,
}

pub(super) const READERS: [Reader; 14] = [
    Reader::Nobody,
    Reader::Ana,
    Reader::Ben,
    Reader::Vera,
    Reader::Pen,
    Reader::Mia,
    Reader::Eve,
    Reader::Cleo,
    Reader::Runner,
    Reader::OtherRunner,
    Reader::Revoked,
    Reader::Admin,
    Reader::Cookie,
    Reader::OtherAdmin,
];

/// What a reader asks with.
pub(super) struct Credential {
    pub(super) client: Client,
    /// The cookie of a browser, and the origin of its page.
    pub(super) cookie: Option<(String, String)>,
    /// For those who joined.
    pub(super) phone: Option<Phone>,
    /// Whether they joined and were not sent away.
    pub(super) is_present: bool,
    /// The version of the last state they saw.
    pub(super) version: u64,
}

/// What somebody got.
pub(super) struct Got {
    pub(super) reader: Reader,
    pub(super) operation: String,
    pub(super) is_read: bool,
    pub(super) status: u16,
    pub(super) headers: String,
    /// A workbook unpacked.
    pub(super) body: String,
    pub(super) json: Option<Value>,
    /// The lines of a table.
    pub(super) lines: Vec<String>,
}

impl Got {
    pub(super) fn of(reader: Reader, operation: &Operation, reply: &Reply) -> Self {
        let headers = reply.headers.iter().map(|(name, value)| {
            format!("{name}: {}\n", String::from_utf8_lossy(value.as_bytes()))
        });
        let (body, lines) = match reply.header("content-type").unwrap_or_default() {
            kind if kind.ends_with("spreadsheetml.sheet") => {
                let book = Workbook::read(&reply.bytes);
                let cells = |row: Vec<(String, String)>| {
                    row.into_iter().map(|(_, cell)| cell).collect::<Vec<_>>().join("\t")
                };
                (book.text(), book.rows().into_iter().map(cells).collect())
            }
            kind if kind.starts_with("text/csv") => {
                (reply.text(), reply.text().lines().map(str::to_owned).collect())
            }
            _ => (reply.text(), vec![]),
        };
        Self {
            reader,
            operation: operation.id.clone(),
            is_read: operation.is_safe(),
            status: reply.status,
            headers: headers.collect(),
            body,
            json: serde_json::from_slice(&reply.bytes).ok(),
            lines,
        }
    }
}

/// What there is to ask about.
pub(super) struct Ids {
    pub(super) session: String,
    pub(super) code: String,
    pub(super) other: String,
    pub(super) participant: String,
    pub(super) token: String,
    /// Of the session's activities, with their statuses.
    pub(super) activities: Vec<(String, String)>,
    /// Of the session.
    pub(super) status: String,
    pub(super) announcement: String,
}

/// Asks for everything as everybody.
pub(super) async fn walk(
    operations: &[Operation],
    readers: &BTreeMap<Reader, Credential>,
    ids: &Ids,
    number: usize,
) -> Vec<Got> {
    let mut asked = vec![];
    for (reader, credential) in readers {
        for operation in operations {
            if operation.is_safe() {
                let paths = ids.reads(operation, credential);
                asked.extend(paths.into_iter().map(|path| (*reader, operation, path, None)));
            } else {
                // Whoever may not do it to one may not do it to another: authorisation.rs.
                let steers = matches!(reader, Reader::Runner | Reader::Admin | Reader::Cookie);
                let mut writes = ids.harmless_writes(operation, credential);
                writes.truncate(if steers { writes.len() } else { 1 });
                asked.extend(
                    writes.into_iter().map(|(path, body)| (*reader, operation, path, body)),
                );
            }
        }
    }
    let got = at_once(asked, |(reader, operation, path, body)| async move {
        let credential = &readers[&reader];
        let mut request = credential.client.request(operation.method.clone(), &path);
        if let Some((cookie, origin)) = &credential.cookie {
            request = by_cookie(request, cookie, origin);
        }
        // Each walk of each reader from an address of its own, or guesses would be throttled.
        let from = format!("10.0.{number}.{}", reader as u8);
        let request = request.header("x-forwarded-for", from);
        let reply = send(match body {
            Some(body) => request.json(&body),
            None => request,
        })
        .await;
        assert!(reply.status < 500, "{} {path}: {}", operation.method, reply.text());
        Got::of(reader, operation, &reply)
    });
    got.await
}

impl Ids {
    /// All that a reading operation can be asked.
    fn reads(&self, operation: &Operation, who: &Credential) -> Vec<String> {
        let mut queries = vec![String::new()];
        for (name, _) in &operation.query {
            let values: Vec<String> = match &**name {
                "format" => ["csv", "json", "xlsx"].map(str::to_owned).to_vec(),
                "status" if operation.id == "moderation_list" => {
                    ["pending", "visible", "hidden"].map(str::to_owned).to_vec()
                }
                "status" => vec!["active".to_owned()],
                "since" => vec!["0".to_owned(), who.version.to_string()],
                // One page holds all; who searches knows; holding changes only the moment.
                "cursor" | "q" | "wait" | "activity" | "limit" => vec![],
                unknown => panic!("what to ask {} with {unknown}?", operation.id),
            };
            queries.extend(values.iter().map(|value| format!("?{name}={value}")));
        }
        let paths = self.paths(operation);
        paths.iter().flat_map(|path| queries.iter().map(move |it| format!("{path}{it}"))).collect()
    }

    /// The addresses of an operation on everything there is.
    fn paths(&self, operation: &Operation) -> Vec<String> {
        let mut paths = vec![operation.path.clone()];
        let names = operation.ids();
        for name in &names {
            let nil = Uuid::nil().to_string();
            let values = match *name {
                "id" if names.len() == 1 => vec![self.session.clone(), self.other.clone()],
                "id" => vec![self.session.clone()],
                "aid" => self.activities.iter().map(|(id, _)| id.clone()).collect(),
                "pid" => vec![self.participant.clone()],
                "token_id" => vec![self.token.clone()],
                "item_id" => vec![nil],
                "code" => vec![self.code.clone()],
                "nickname" => vec!["Zoe".to_owned()],
                unknown => panic!("what is {unknown} of {}?", operation.id),
            };
            let hole = format!("{{{name}}}");
            let filled = |path: &String| {
                values.iter().map(|value| path.replace(&hole, value)).collect::<Vec<_>>()
            };
            paths = paths.iter().flat_map(filled).collect();
        }
        paths
    }

    /// Writes that change nothing that is looked for: they are refused or repeat what is so.
    fn harmless_writes(
        &self,
        operation: &Operation,
        who: &Credential,
    ) -> Vec<(String, Option<Value>)> {
        let session = operation.path.replace("{id}", &self.session);
        let nil = Uuid::nil().to_string();
        let nothing = || {
            let ids = ["{id}", "{aid}", "{pid}", "{token_id}", "{item_id}"];
            ids.iter().fold(session.clone(), |path, id| path.replace(id, &nil))
        };
        let with_status = |wanted: &[&str]| {
            let those = self.activities.iter().filter(|(_, it)| wanted.contains(&&**it));
            those.map(|(id, _)| session.replace("{aid}", id)).collect::<Vec<_>>()
        };
        let paths = match &*operation.id {
            // It would be done.
            "people_leave" if who.is_present => vec![],
            "login_remove" if who.cookie.is_some() => vec![],
            "sessions_remove" => vec![operation.path.replace("{id}", &nil)],
            "sessions_complete" if self.status != "completed" => {
                vec![operation.path.replace("{id}", &nil)]
            }
            "sessions_open" if self.status != "active" => {
                vec![operation.path.replace("{id}", &nil)]
            }
            "activities_activate" | "activities_reopen" => with_status(&["active"]),
            "activities_publish" => with_status(&["published", "active"]),
            "activities_unpublish" => with_status(&["draft"]),
            "activities_expire" => with_status(&["expired"]),
            "activities_control" | "activities_edit" => {
                with_status(&["draft", "published", "active", "expired"])
            }
            "answers_put" => with_status(&["active"]),
            "people_edit" => vec![session.replace("{pid}", &self.participant)],
            "activities_remove"
            | "answers_withdraw"
            | "moderation_decide"
            | "people_remove"
            | "runner_tokens_revoke" => vec![nothing()],
            "activities_create"
            | "activities_reorder"
            | "login_create"
            | "login_remove"
            | "people_edit_me"
            | "people_join"
            | "people_leave"
            | "runner_tokens_create"
            | "sessions_announce"
            | "sessions_complete"
            | "sessions_create"
            | "sessions_duplicate"
            | "sessions_edit"
            | "sessions_open"
            | "sessions_set_screen" => {
                vec![session.clone()]
            }
            unknown => panic!("which {unknown} changes nothing?"),
        };
        let body = self.body(operation, who);
        paths.into_iter().map(|path| (path, body.clone())).collect()
    }

    fn body(&self, operation: &Operation, who: &Credential) -> Option<Value> {
        operation.body.as_ref()?;
        let order: Vec<_> = self.activities.iter().map(|(id, _)| id).collect();
        Some(match &*operation.id {
            "activities_reorder" => json!({"ids": order}),
            "activities_control" => json!({"action": "nothing"}),
            "answers_put" => json!({"choices": ["nothing"]}),
            "login_create" => json!({"token": "wrong"}),
            "moderation_decide" => json!({"decision": "hide"}),
            "sessions_announce" => json!({"text": self.announcement}),
            "sessions_set_screen" => json!({"qr": "off", "results": true, "leaderboard": true}),
            // The same device gets the same token again.
            "people_join" => match &who.phone {
                Some(phone) if who.is_present && phone.session == self.session => {
                    json!({"nickname": "Zoe", "client_id": phone.client_id})
                }
                _ => json!({"nickname": ""}),
            },
            _ => json!({}),
        })
    }
}
