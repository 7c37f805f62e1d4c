//! Signing in: an administrator's token for a cookie, so that pages need not keep the token.

use actix_web::{
    HttpRequest, HttpResponse, ResponseError, get,
    http::{StatusCode, header},
    post,
    web::{Data, Json},
};
use caja_actors::session::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    auth,
    body::Body,
    origin,
    principals::Key,
    problem::Problem,
    throttle::too_many,
    tokens::{self, random_login},
    wire::Time,
};
use crate::{
    app::App,
    store::{AdminRow, LoginRow, OldLogins},
};

/// The cookie's name.
pub const COOKIE: &str = "caja_login";
/// A sign-in that is not used ends after a night.
const IDLE_MS: u64 = 12 * 3_600_000;
/// Whoever uses it all the time shows their token once a week.
const LONGEST_MS: u64 = 7 * 24 * 3_600_000;
/// How exactly the last use is kept: a write in five minutes is nothing, and so is the error.
pub const NOTED_EVERY_MS: u64 = 5 * 60_000;
/// Sign-ins one administrator may have, on all their devices; beyond it the oldest ends.
const MOST_LOGINS: u32 = 50;
/// No token is longer.
const TOKEN_MAX: usize = 256;

/// When a sign-in began and was used last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Login {
    pub created_at: Timestamp,
    pub used_at: Timestamp,
}

impl Login {
    #[must_use]
    pub fn expires_at(self) -> Timestamp {
        self.created_at.plus_ms(LONGEST_MS).min(self.used_at.plus_ms(IDLE_MS))
    }
}

/// The sign-in that a request's cookie names.
pub fn cookie(request: &HttpRequest) -> Option<&str> {
    let lists = request.headers().get_all(header::COOKIE);
    let mut cookies = lists.filter_map(|list| list.to_str().ok()).flat_map(|list| list.split(';'));
    cookies.find_map(|cookie| {
        let (name, value) = cookie.trim().split_once('=')?;
        (name == COOKIE && !value.is_empty()).then_some(value)
    })
}

/// The token of an administrator who signs in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LogIn {
    /// An administrator's token.
    #[schema(
        min_length = 1,
        max_length = 256,
        example = "ca_pXw9kzS0m5dSmJm3yZ0oYw1nq7q6m8l5b1s4r2t0uvw"
    )]
    token: String,
}

/// Who is signed in.
#[derive(Serialize, ToSchema)]
pub struct SignedIn {
    /// Who they are.
    admin_id: Uuid,
    /// How the administrator is called.
    #[schema(example = "admin")]
    name: String,
    /// How they proved it.
    signed_in_by: SignedInBy,
    /// When the cookie's sign-in ends if it is not used; a token has no end.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    expires_at: Option<Time>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SignedInBy {
    Bearer,
    Cookie,
}

/// Sign in: the browser keeps a cookie instead of the token
///
/// The cookie `caja_login` is HttpOnly and SameSite=Strict, and Secure where the server is reached
/// by HTTPS. It ends 12 hours after its last use, 7 days after signing in, by signing out, and
/// with the token. Writing with it needs an `Origin` header that names this server, which browsers
/// send by themselves. After 30 wrong tokens within a minute every sign-in from that address is
/// answered 429.
#[utoipa::path(
    tag = "signing in",
    operation_id = "login_create",
    request_body = LogIn,
    responses((status = 200, body = SignedIn,
        headers(("set-cookie" = String, description = "The sign-in")))),
)]
#[post("/auth/login")]
pub async fn create(
    app: Data<App>,
    request: HttpRequest,
    Body(body): Body<LogIn>,
) -> Result<HttpResponse, Problem> {
    if !(1..=TOKEN_MAX).contains(&body.token.len()) {
        let detail = format!("must have 1 to {TOKEN_MAX} characters");
        return Err(Problem::invalid_field("/token", detail));
    }
    let admin = holder(&app, &request, &body.token).await?;
    let now = app.now();
    let login = random_login();
    let row = LoginRow {
        login_hash: tokens::hash(&login),
        admin: admin.id,
        admin_name: admin.name,
        created_at: now,
        used_at: now,
    };
    let old = OldLogins {
        created_before: Timestamp(now.0.saturating_sub(LONGEST_MS)),
        used_before: Timestamp(now.0.saturating_sub(IDLE_MS)),
        most: MOST_LOGINS,
    };
    app.store.create_login(row.clone(), old).await?;
    end(&app, &request).await?;
    let began = Login { created_at: now, used_at: now };
    let cookie = set_cookie(&app, &request, &login, LONGEST_MS / 1_000);
    Ok(HttpResponse::Ok()
        .insert_header((header::SET_COOKIE, cookie))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(shown(row.admin, &row.admin_name, Some(began))))
}

/// Whose token it is. Guessing is throttled, and what is refused does not say if it was right.
async fn holder(app: &App, request: &HttpRequest, token: &str) -> Result<AdminRow, Problem> {
    let (from, now) = (app.sender(request), app.now());
    let guesses = &app.throttles.wrong_logins;
    guesses.check(from, now).map_err(too_many)?;
    app.throttles.look_up(from, now)?;
    let admin = app.store.admin_by_token(tokens::hash(token)).await?;
    match admin.filter(|admin| admin.revoked_at.is_none()) {
        Some(admin) => {
            guesses.check(from, now).map_err(too_many)?;
            Ok(admin)
        }
        None => {
            guesses.count(from, now).map_err(too_many)?;
            Err(Problem::unauthorized())
        }
    }
}

/// Sign out: the cookie's sign-in is dead
///
/// Does nothing for whoever is not signed in by cookie.
#[utoipa::path(
    tag = "signing in",
    operation_id = "login_remove",
    responses((status = 204, description = "Nobody is signed in by this cookie any more")),
)]
#[post("/auth/logout")]
pub async fn remove(app: Data<App>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    match auth::signed_in(&app, &request).await {
        Ok(_) => end(&app, &request).await?,
        Err(problem) if problem.status_code() == StatusCode::UNAUTHORIZED => {}
        Err(problem) => return Err(problem),
    }
    let none = set_cookie(&app, &request, "", 0);
    Ok(HttpResponse::NoContent().insert_header((header::SET_COOKIE, none)).finish())
}

/// Ends the sign-in that a request's cookie names.
async fn end(app: &App, request: &HttpRequest) -> Result<(), Problem> {
    if let Some(login) = cookie(request) {
        let key = Key::cookie(login);
        app.store.delete_login(key.hash).await?;
        app.principals.forget_login(key);
    }
    Ok(())
}

/// Who is signed in
#[utoipa::path(
    tag = "signing in",
    operation_id = "login_show",
    security(("admin" = [])),
    responses((status = 200, body = SignedIn)),
)]
#[get("/auth/me")]
pub async fn show(app: Data<App>, request: HttpRequest) -> Result<Json<SignedIn>, Problem> {
    let (admin, identity) = auth::administrator(&app, &request).await?;
    Ok(Json(shown(admin.0, &identity.name, identity.login)))
}

fn shown(admin_id: Uuid, name: &str, login: Option<Login>) -> SignedIn {
    SignedIn {
        admin_id,
        name: name.to_owned(),
        signed_in_by: if login.is_some() { SignedInBy::Cookie } else { SignedInBy::Bearer },
        expires_at: login.map(|login| Time(login.expires_at())),
    }
}

fn set_cookie(app: &App, request: &HttpRequest, value: &str, max_age_s: u64) -> String {
    let secure = if origin::is_secure(app, request) { "; Secure" } else { "" };
    format!("{COOKIE}={value}; Path=/; Max-Age={max_age_s}; HttpOnly; SameSite=Strict{secure}")
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_sign_in_ends_half_a_day_after_its_last_use_or_after_a_week() {
        let at = |hours: u64| Timestamp(hours * 3_600_000);
        let expires_at = |used| Login { created_at: at(0), used_at: at(used) }.expires_at();
        assert_eq!(expires_at(0), at(12));
        assert_eq!(expires_at(100), at(112));
        assert_eq!(expires_at(167), at(168));
    }

    #[test]
    fn the_cookie_is_found_among_others() {
        let found = |lists: &[&str]| {
            let mut request = TestRequest::default();
            for list in lists {
                request = request.append_header(("cookie", *list));
            }
            cookie(&request.to_http_request()).map(str::to_owned)
        };
        assert_eq!(found(&[]), None);
        assert_eq!(found(&["caja_login="]), None);
        assert_eq!(found(&["xcaja_login=a; b"]), None);
        assert_eq!(found(&["a=b; caja_login=c=d"]), Some("c=d".into()));
        assert_eq!(found(&["a=b", " caja_login=c ;x=y"]), Some("c".into()));
    }
}
