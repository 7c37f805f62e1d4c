//! Many people at once.

use std::iter::zip;

use futures_util::{StreamExt, stream};
use serde_json::Value;

use crate::room::{Phone, Room};

/// As many as the contract's events have in one room.
pub(crate) const MANY: usize = 500;
/// Requests under way at once. Both ends are in this process, and some systems allow a process
/// no more than 256 files.
const AT_ONCE: usize = 64;

/// Does something for each, many at once; results are in the order of `items`.
pub(crate) async fn at_once<T, F: Future>(
    items: impl IntoIterator<Item = T>,
    work: impl Fn(T) -> F,
) -> Vec<F::Output> {
    stream::iter(items).map(work).buffered(AT_ONCE).collect().await
}

/// Many people who join at once.
pub(crate) async fn crowd(room: &Room, size: usize) -> Vec<Phone> {
    at_once(0..size, |n| async move { room.join(&format!("Guest {n}")).await }).await
}

/// Everybody answers for the first time, all at once and as people do: the answer itself, a
/// retry, a reload of the page, which reads the answer back and joins again with what it kept.
pub(crate) async fn all_answer(room: &Room, activity: &str, phones: &[Phone], bodies: &[Value]) {
    at_once(zip(phones, bodies), |(phone, body)| async move {
        let accepted = phone.answer(activity, body.clone()).await.expect(201);
        assert_eq!(accepted["accepted"], true);
        let again = phone.answer(activity, body.clone()).await.expect(200);
        assert_eq!(again["accepted"], true);
        assert!(again["version"].as_u64() >= accepted["version"].as_u64());
        assert_eq!(phone.me().await["answers"][activity], *body, "the answer can be read back");
        if phone.nickname.ends_with('7') {
            reload(room, phone).await;
        }
    })
    .await;
}

/// Everybody answers again, with the same or another answer.
pub(crate) async fn all_change(activity: &str, phones: &[Phone], bodies: &[Value]) {
    at_once(zip(phones, bodies), |(phone, body)| async move {
        phone.answer(activity, body.clone()).await.expect(200);
    })
    .await;
}

/// The page is loaded anew: the same device is the same person with the same token.
async fn reload(room: &Room, phone: &Phone) {
    let body = serde_json::json!({"nickname": phone.nickname, "client_id": phone.client_id});
    let again = room.join_as(body).await;
    assert_eq!((&again.id, &again.token), (&phone.id, &phone.token));
}
