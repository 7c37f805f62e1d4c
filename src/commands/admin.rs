//! Administrators' tokens, also beside a running server.

use caja::{
    clock::NodeClock,
    config::{Settings, TokenCommand},
    http::tokens::{hash, random_admin_token},
    store::AdminRow,
};
use caja_actors::clock::Clock;
use uuid::Uuid;

use super::{Done, open_beside};

pub(crate) async fn run(settings: &Settings, command: TokenCommand) -> Done {
    let store = open_beside(settings).await?;
    store.migrate().await?;
    let now = NodeClock::start().now();
    match command {
        TokenCommand::Create { name } => {
            let token = random_admin_token();
            let (id, token_hash) = (Uuid::now_v7(), hash(&token));
            let admin = AdminRow { id, name, token_hash, created_at: now, revoked_at: None };
            store.create_admin(admin).await?;
            println!("id     {id}\ntoken  {token}\n\nKeep the token: it is shown only this once.");
        }
        TokenCommand::List => {
            for admin in store.admins().await? {
                let state = if admin.revoked_at.is_some() { "revoked" } else { "active" };
                println!("{}  {state:7}  {}", admin.id, admin.name);
            }
        }
        TokenCommand::Revoke { id } => {
            if !store.revoke_admin(id, now).await? {
                return Err(format!("there is no active token {id}").into());
            }
            println!("revoked; a running server refuses it within five seconds");
        }
    }
    Ok(())
}
