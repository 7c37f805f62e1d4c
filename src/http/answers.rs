//! Answers: given, changed and withdrawn by participants.

use actix_web::{
    HttpResponse, delete, put,
    web::{Data, Path},
};
use caja_actors::session::{ActivityId, Command, Reply, Round, Version};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    activities::{kind_of, path_activity},
    auth::{Participant, within},
    body::{RawBody, parse_answer},
    problem::Problem,
    query::Query,
};
use crate::app::App;

/// The receipt of an answer: sent only when the answer is durable.
#[derive(Serialize, ToSchema)]
pub struct AnswerReceipt {
    /// Always true.
    #[schema(example = true)]
    accepted: bool,
    /// The frame of this version, or a later one, contains what the answer changed.
    #[schema(value_type = u64, example = 268435468)]
    version: Version,
    /// For a buzzer: your place.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    position: Option<u32>,
}

/// Answer the active activity
///
/// Repeating is harmless, also after closing. A changed answer replaces the one before where the
/// activity allows it.
#[utoipa::path(
    tag = "answers",
    operation_id = "answers_put",
    security(("participant" = [])),
    request_body(content = inline(super::openapi::AnyAnswer), description = "By type"),
    responses(
        (status = 201, description = "Your first answer", body = AnswerReceipt),
        (status = 200, description = "Repeated or changed", body = AnswerReceipt),
    ),
)]
#[put("/sessions/{id}/activities/{aid}/response")]
pub async fn put(
    app: Data<App>,
    participant: Participant,
    path: Path<(String, String)>,
    RawBody(body): RawBody,
) -> Result<HttpResponse, Problem> {
    participant.may_write()?;
    give(&app, participant, path_activity(&path.1)?, &body).await
}

/// Has an answer become durable, by somebody who may write.
pub async fn give(
    app: &App,
    participant: Participant,
    activity: ActivityId,
    body: &[u8],
) -> Result<HttpResponse, Problem> {
    let Participant { session, who, published, arrived_at } = participant;
    published.seats.saw(who.seat, arrived_at);
    let kind = within(kind_of(app, session, activity)).await?;
    let kind = kind.ok_or_else(|| Problem::not_found("activity"))?;
    let answer = parse_answer(body, kind)?;
    let command = Command::Answer { who, activity, answer };
    let receipt = within(app.registry.ask(session, command, arrived_at)).await?;
    let Reply::Answered { is_new, position } = receipt.reply else {
        return Err(Problem::internal());
    };
    app.metrics.answered(app.now().ms_since(arrived_at));
    let body = AnswerReceipt { accepted: true, version: receipt.version, position };
    let mut response = if is_new { HttpResponse::Created() } else { HttpResponse::Ok() };
    Ok(response.json(body))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct WithdrawAnswer {
    /// The round whose answer is meant.
    #[param(value_type = Option<u32>)]
    round: Option<Round>,
}

/// Withdraw your answer, where changes are allowed
#[utoipa::path(
    tag = "answers",
    operation_id = "answers_withdraw",
    security(("participant" = [])),
    params(WithdrawAnswer),
    responses((status = 204, description = "There is no answer of yours")),
)]
#[delete("/sessions/{id}/activities/{aid}/response")]
pub async fn withdraw(
    app: Data<App>,
    participant: Participant,
    path: Path<(String, String)>,
    Query(asked): Query<WithdrawAnswer>,
) -> Result<HttpResponse, Problem> {
    participant.may_write()?;
    let Participant { session, who, published, arrived_at } = participant;
    published.seats.saw(who.seat, arrived_at);
    let activity = path_activity(&path.1)?;
    let command = Command::Withdraw { who, activity, round: asked.round };
    within(app.registry.ask(session, command, arrived_at)).await?;
    Ok(HttpResponse::NoContent().finish())
}
