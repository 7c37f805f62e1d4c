//! Which rows an export has, and in which order.

use std::{borrow::Cow, cmp::Ordering};

use caja_actors::{
    activity::{Activity, AnswerRow, GivenText, Plain},
    session::{ParticipantId, Seat, Session},
};

/// An answer, its activity, and who gave it where that may be said.
pub(super) struct Row<'a> {
    pub(super) activity: &'a Activity,
    pub(super) author: Option<Author<'a>>,
    pub(super) given: AnswerRow<'a>,
}

pub(super) struct Author<'a> {
    pub(super) id: ParticipantId,
    /// As everybody may see it.
    pub(super) name: Cow<'a, str>,
}

/// Shows all rows: activity by activity, in each by item, round and time.
///
/// Where authors are not named rows are ordered by time alone, and those of the same instant by
/// what they say: nothing about a row's place comes from who gave the answer, so that the places
/// in two activities can't be laid side by side.
pub(super) fn each<E>(
    session: &Session,
    mut visit: impl FnMut(Row<'_>) -> Result<(), E>,
) -> Result<(), E> {
    // One activity at a time, which bounds the memory that the order takes.
    for activity in session.activities() {
        let is_named = session.names_authors(activity);
        let mut rows = vec![];
        session.each_answer(activity, &mut |row| rows.push(row));
        rows.sort_by(if is_named { by_item } else { by_time });
        for given in rows {
            let author = is_named.then(|| author(session, given.seat));
            visit(Row { activity, author, given })?;
        }
    }
    Ok(())
}

fn author(session: &Session, seat: Seat) -> Author<'_> {
    let people = session.people();
    Author { id: people.at(seat).id, name: people.shown_name(seat) }
}

fn by_item(a: &AnswerRow<'_>, b: &AnswerRow<'_>) -> Ordering {
    let place = |row: &AnswerRow<'_>| {
        (row.item.map(|item| item.place), row.round, row.answered_at, row.seat)
    };
    place(a).cmp(&place(b))
}

fn by_time(a: &AnswerRow<'_>, b: &AnswerRow<'_>) -> Ordering {
    let said = by_answer(a.answer.as_ref(), b.answer.as_ref());
    a.answered_at.cmp(&b.answered_at).then(said)
}

fn by_answer(a: Option<&GivenText<'_>>, b: Option<&GivenText<'_>>) -> Ordering {
    match (a.map(|a| &a.plain), b.map(|b| &b.plain)) {
        (Some(Plain::Number(a)), Some(Plain::Number(b))) => a.total_cmp(b),
        (Some(Plain::Texts(a)), Some(Plain::Texts(b))) => a.cmp(b),
        (a, b) => a.is_some().cmp(&b.is_some()),
    }
}
