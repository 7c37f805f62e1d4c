//! Who may do what: every operation of the document × everybody who could ask.
//!
//! What is expected follows from the document's `security`. An operation that names none must be
//! in [`PUBLIC`], so that none is open by oversight. `--nocapture` shows the table.

use serde_json::{Value, json};

use crate::{
    app::{ADMIN_TOKEN, TestApp},
    client::{Client, send},
    on_one,
    surface::{
        Operation, World, ask, assert_problem, by_cookie, document, operations, sample, sign_in,
    },
};

on_one! {
    everybody_may_do_what_the_document_says_and_nothing_else,
}

/// Operations that are for anybody.
const PUBLIC: [&str; 15] = [
    "health_live",
    "health_metrics",
    "health_ready",
    "login_create",
    "login_remove",
    "openapi_serve",
    "page_admin",
    "page_home",
    "page_join",
    "page_run",
    "people_check_nickname",
    "people_invitation",
    "people_join",
    "qr_png",
    "qr_svg",
];

/// What `security` can't say: operation, query, and who of those it names may not do that.
const BESIDES: [(&str, &str, &[Caller]); 1] =
    [("people_remove", "erase=true", &[Caller::Runner, Caller::OtherRunner])];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Caller {
    Nobody,
    Garbage,
    Participant,
    OtherParticipant,
    Removed,
    Runner,
    OtherRunner,
    RevokedRunner,
    Admin,
    OtherAdmin,
    Cookie,
    /// The administrator's browser, on a page of somebody else.
    CookieElsewhere,
}

const CALLERS: [Caller; 12] = [
    Caller::Nobody,
    Caller::Garbage,
    Caller::Participant,
    Caller::OtherParticipant,
    Caller::Removed,
    Caller::Runner,
    Caller::OtherRunner,
    Caller::RevokedRunner,
    Caller::Admin,
    Caller::OtherAdmin,
    Caller::Cookie,
    Caller::CookieElsewhere,
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expected {
    /// Neither 401 nor 403.
    Admitted,
    Refused(u16),
}

impl Expected {
    fn is(self, status: u16) -> bool {
        match self {
            Self::Admitted => !matches!(status, 401 | 403) && status < 500,
            Self::Refused(refusal) => status == refusal,
        }
    }
}

fn expected(operation: &Operation, caller: Caller) -> Expected {
    if operation.schemes.is_empty() {
        assert!(PUBLIC.contains(&&*operation.id), "{} needs an expectation", operation.id);
        // Signing out is for anybody, and still nothing that another page may do.
        let is_elsewhere = caller == Caller::CookieElsewhere && operation.id == "login_remove";
        return if is_elsewhere { Expected::Refused(403) } else { Expected::Admitted };
    }
    let takes = |scheme: &str| operation.schemes.contains(scheme);
    let admitted_if = |is_admitted| match is_admitted {
        true => Expected::Admitted,
        false => Expected::Refused(403),
    };
    let own = !operation.is_in_session();
    match caller {
        Caller::Nobody | Caller::Garbage | Caller::RevokedRunner => Expected::Refused(401),
        Caller::Participant => admitted_if(takes("participant")),
        Caller::OtherParticipant => admitted_if(takes("participant") && own),
        // Who they were is still known, and of no use where their session is asked about.
        Caller::Removed if takes("participant") && !own => Expected::Refused(401),
        Caller::Removed => admitted_if(takes("participant")),
        Caller::Runner => admitted_if(takes("runner")),
        Caller::OtherRunner => admitted_if(takes("runner") && own),
        Caller::Admin => admitted_if(takes("admin")),
        Caller::OtherAdmin => admitted_if(takes("admin") && own),
        Caller::Cookie => admitted_if(takes("login")),
        Caller::CookieElsewhere => admitted_if(takes("login") && operation.is_safe()),
    }
}

/// Everybody, in a world of their own.
struct Everybody<'a> {
    app: &'a TestApp,
    stranger: &'a Client,
    cookie: String,
    world: World,
}

impl Everybody<'_> {
    fn client(&self, caller: Caller) -> Client {
        let world = &self.world;
        match caller {
            Caller::Nobody | Caller::Cookie | Caller::CookieElsewhere => self.app.anyone(),
            Caller::Garbage => self.app.anyone().bearing("garbage"),
            Caller::Participant => world.ana.client.clone(),
            Caller::OtherParticipant => world.cleo.client.clone(),
            Caller::Removed => world.removed.client.clone(),
            Caller::Runner => world.room.runner.clone(),
            Caller::OtherRunner => world.other.runner.clone(),
            Caller::RevokedRunner => world.revoked.clone(),
            Caller::Admin => world.room.admin.clone(),
            Caller::OtherAdmin => self.stranger.clone(),
        }
    }

    /// The status that a caller gets.
    async fn status(&self, operation: &Operation, query: &str, body: &Value, who: Caller) -> u16 {
        let path = format!("{}{query}", self.world.path(operation));
        let body = operation.body.is_some().then(|| body.to_string().into_bytes());
        let reply = match who {
            Caller::Cookie | Caller::CookieElsewhere => {
                let origin =
                    if who == Caller::Cookie { &*self.app.base } else { "http://evil.example" };
                let request = self.client(who).request(operation.method.clone(), &path);
                let request = by_cookie(request, &self.cookie, origin);
                let request = request.header("content-type", "application/json");
                send(request.body(body.unwrap_or_default())).await
            }
            _ => ask(&self.client(who), operation, &path, body).await,
        };
        let what = format!("{} as {who:?}", operation.id);
        if reply.status >= 400 {
            assert_problem(&reply, &what);
        }
        if reply.status == 404 && operation.is_in_session() {
            assert_ne!(reply.json()["detail"], "there is no such resource", "{what}");
        }
        reply.status
    }
}

async fn everybody_may_do_what_the_document_says_and_nothing_else(app: TestApp) {
    let document = document(&app).await;
    let stranger = app.another_admin().await;
    let mut cookie = sign_in(&app).await;
    let (mut wrong, mut done, mut rows) = (vec![], 0, 0);
    println!("{:28} {CALLERS:?}", "");
    for operation in operations(&document) {
        let besides = BESIDES.iter().filter(|(id, query, _)| {
            let name = query.split('=').next().unwrap_or_default();
            *id == operation.id && operation.query.iter().any(|(known, _)| known == name)
        });
        let plain = [("", &[][..])].into_iter();
        let mut body = operation.body.as_ref().map_or(Value::Null, |it| sample(&document, it));
        if operation.id == "login_create" {
            body = json!({"token": ADMIN_TOKEN});
        }
        for (query, but) in plain.chain(besides.map(|(_, query, but)| (*query, *but))) {
            let query = if query.is_empty() { String::new() } else { format!("?{query}") };
            let mut row = vec![];
            let new = async |cookie: &str| Everybody {
                app: &app,
                stranger: &stranger,
                cookie: cookie.to_owned(),
                world: World::new(&app).await,
            };
            // Whoever is refused changes nothing, so they can share a world.
            let mut shared = new(&cookie).await;
            for caller in CALLERS {
                let expected = match expected(&operation, caller) {
                    Expected::Admitted if but.contains(&caller) => Expected::Refused(403),
                    expected => expected,
                };
                let status = match expected {
                    Expected::Refused(_) => shared.status(&operation, &query, &body, caller).await,
                    Expected::Admitted => {
                        let own = new(&cookie).await;
                        let status = own.status(&operation, &query, &body, caller).await;
                        if operation.id.starts_with("login_") {
                            // It may have ended the sign-in that it was asked with.
                            cookie = sign_in(&app).await;
                            shared.cookie.clone_from(&cookie);
                        }
                        status
                    }
                };
                done += usize::from(expected == Expected::Admitted && (200..300).contains(&status));
                if !expected.is(status) {
                    wrong.push(format!(
                        "{}{query} as {caller:?}: {status}, not {expected:?}",
                        operation.id
                    ));
                }
                row.push(status);
            }
            rows += 1;
            println!("{:28} {row:?}", format!("{}{query}", operation.id));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    // Most are really done by whoever may: else this would only show that nothing works.
    assert!(done > 2 * rows, "{done} of {rows} rows");
}
