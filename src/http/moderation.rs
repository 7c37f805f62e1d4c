//! Moderation: what people typed, and whether it is shown.

use actix_web::{
    HttpResponse, get, post,
    web::{Data, Path},
};
use caja_actors::session::{
    ActivityId, Command, Item, ItemId, ItemKind, ParticipantId, TextStatus, Verdict, Wanted,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    activities::path_activity,
    auth::{Steerer, within},
    body::Body,
    problem::Problem,
    query::Query,
    sessions::page_limit,
    wire::{Page, Time},
};
use crate::app::App;

/// A text of a participant's.
#[derive(Serialize, ToSchema)]
pub struct ModerationItem {
    /// Names this text for good: whatever replaces it has another id.
    #[schema(example = "t2-17")]
    item_id: String,
    /// What it is.
    kind: ItemKind,
    /// The activity of a text or a word; a nickname has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    activity_id: Option<ActivityId>,
    /// As its author wrote it.
    #[schema(example = "More coffee")]
    text: String,
    /// Whether it is shown.
    status: TextStatus,
    /// When it was written; of a word, for the first time; of a nickname, when its owner joined.
    at: Time,
    /// Left out where nobody may learn who wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    author: Option<ModerationAuthor>,
}

/// Who wrote a text.
#[derive(Serialize, ToSchema)]
pub struct ModerationAuthor {
    participant_id: ParticipantId,
    /// As everybody sees it.
    #[schema(example = "Marisol")]
    nickname: String,
}

impl From<Item> for ModerationItem {
    fn from(item: Item) -> Self {
        let author = |it: caja_actors::session::Author| ModerationAuthor {
            participant_id: it.id,
            nickname: it.nickname,
        };
        Self {
            item_id: item.id.to_string(),
            kind: item.id.kind,
            activity_id: item.activity,
            text: item.text,
            status: item.status,
            at: Time(item.at),
            author: item.author.map(author),
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListItems {
    /// Only texts with this status.
    status: Option<TextStatus>,
    /// Only texts and words of this activity, and no nicknames.
    #[param(format = Uuid)]
    activity: Option<String>,
    /// At most 200; 50 where it is left out.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    #[param(min_length = 1)]
    cursor: Option<String>,
}

/// What people typed: nicknames in the order of joining, then texts and words by activity
///
/// With the `profanity` setting `review`, profane texts wait here as `pending`.
#[utoipa::path(
    tag = "moderation",
    operation_id = "moderation_list",
    security(("admin" = []), ("runner" = [])),
    params(ListItems),
    responses((status = 200, body = Page<ModerationItem>)),
)]
#[get("/sessions/{id}/moderation")]
pub async fn list(
    app: Data<App>,
    steerer: Steerer,
    Query(asked): Query<ListItems>,
) -> Result<HttpResponse, Problem> {
    let limit = page_limit(asked.limit)?;
    let activity = asked.activity.as_deref().map(read_activity).transpose()?;
    let after = asked.cursor.as_deref().map(read_cursor).transpose()?;
    let wanted = Wanted { status: asked.status, activity, after };
    let items = app.registry.read(steerer.session, move |session| {
        let is_known = wanted.activity.is_none_or(|id| session.activity(id).is_some());
        is_known.then(|| session.items(wanted).take(limit as usize + 1).collect::<Vec<_>>())
    });
    let items = within(items).await?;
    let items = items
        .ok_or_else(|| Problem::invalid_field("activity", "is not an activity of this session"))?;
    let page = Page::cut(items, limit, |item| item.id.to_string(), ModerationItem::from);
    Ok(HttpResponse::Ok().json(page))
}

fn read_activity(id: &str) -> Result<ActivityId, Problem> {
    path_activity(id).map_err(|_| Problem::invalid_field("activity", "must be an id"))
}

fn read_cursor(cursor: &str) -> Result<ItemId, Problem> {
    cursor.parse().map_err(|_| Problem::invalid_field("cursor", "is not a cursor of this list"))
}

/// What a moderator decides.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"decision": "hide"}))]
pub struct Decide {
    /// What becomes of it.
    decision: Verdict,
    /// With `hide`: also remove who wrote it, or who wrote a word first.
    #[serde(default)]
    remove_author: bool,
}

/// Approve or hide a text
///
/// Takes effect at once; may be repeated and changed. A decision about a word holds for all that
/// look like it.
#[utoipa::path(
    tag = "moderation",
    operation_id = "moderation_decide",
    security(("admin" = []), ("runner" = [])),
    request_body = Decide,
    responses((status = 200, body = ModerationItem)),
)]
#[post("/sessions/{id}/moderation/{item_id}")]
pub async fn decide(
    app: Data<App>,
    steerer: Steerer,
    path: Path<(String, String)>,
    Body(body): Body<Decide>,
) -> Result<HttpResponse, Problem> {
    let unknown = || Problem::not_found("text");
    let item: ItemId = path.1.parse().map_err(|_| unknown())?;
    let Decide { decision: verdict, remove_author } = body;
    if remove_author && verdict == Verdict::Approve {
        return Err(Problem::invalid_field("/remove_author", "goes with hide only"));
    }
    let shown = within(app.registry.read(steerer.session, move |session| session.item(item)));
    let before = shown.await?.ok_or_else(unknown)?;
    let command = Command::Moderate { item, verdict, remove_author };
    within(app.registry.ask(steerer.session, command, app.now())).await?;
    let shown = within(app.registry.read(steerer.session, move |session| session.item(item)));
    // A word leaves with the only one who wrote it.
    let after = shown.await?.unwrap_or(Item { status: verdict.status(), ..before });
    Ok(HttpResponse::Ok().json(ModerationItem::from(after)))
}
