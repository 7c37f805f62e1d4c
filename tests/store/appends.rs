//! The journal: fencing, group commit, paging.

use bytes::Bytes;
use caja_actors::{
    journal::JournalError,
    session::{Epoch, Seq, SessionId},
};
use futures_util::future::join_all;
use uuid::Uuid;

use crate::{
    on_both,
    sample::{all_rows, owned_session, row, seqs},
    support::TestStore,
};

on_both!(
    many_sessions_append_at_once_and_every_row_is_there,
    an_old_owner_is_fenced_while_others_append,
    taking_over_raises_the_epoch_by_one,
    a_row_that_is_there_is_acknowledged_again,
    another_row_in_the_same_place_is_refused,
    dropping_an_append_does_not_cancel_it,
    a_journal_is_read_in_pages,
);

async fn many_sessions_append_at_once_and_every_row_is_there(test: TestStore) {
    let mut sessions = vec![];
    for n in 0..50 {
        sessions.push(owned_session(&*test.store, &n.to_string()).await);
    }

    let appends = sessions.iter().map(async |&(session, epoch)| {
        for seq in 2..22 {
            test.store.append(row(session, epoch, seq)).await.unwrap();
        }
    });
    join_all(appends).await;

    for (session, epoch) in sessions {
        let rows = all_rows(&*test.store, session).await;
        assert_eq!(seqs(&rows), (1..22).collect::<Vec<_>>());
        for (read, seq) in rows.iter().zip(1..).skip(1) {
            assert_eq!(read.events, row(session, epoch, seq).events);
        }
    }
}

async fn an_old_owner_is_fenced_while_others_append(test: TestStore) {
    let (taken, old) = owned_session(&*test.store, "1").await;
    let (other, epoch) = owned_session(&*test.store, "2").await;
    test.store.take_over(taken).await.unwrap();
    let nobody = SessionId(Uuid::now_v7());

    let (fenced, appended, missing) = tokio::join!(
        test.store.append(row(taken, old, 2)),
        test.store.append(row(other, epoch, 2)),
        test.store.append(row(nobody, epoch, 2)),
    );

    assert!(matches!(fenced, Err(JournalError::Fenced(id)) if id == taken));
    assert!(matches!(missing, Err(JournalError::NotFound(id)) if id == nobody));
    appended.unwrap();
    assert_eq!(seqs(&all_rows(&*test.store, taken).await), [1]);
    assert_eq!(seqs(&all_rows(&*test.store, other).await), [1, 2]);
}

async fn taking_over_raises_the_epoch_by_one(test: TestStore) {
    let (session, first) = owned_session(&*test.store, "1").await;

    let second = test.store.take_over(session).await.unwrap().epoch;

    assert_eq!((first, second), (Epoch(1), Epoch(2)));
    let nobody = SessionId(Uuid::now_v7());
    let missing = test.store.take_over(nobody).await;
    assert!(matches!(missing, Err(JournalError::NotFound(id)) if id == nobody));
}

async fn a_row_that_is_there_is_acknowledged_again(test: TestStore) {
    let (session, epoch) = owned_session(&*test.store, "1").await;
    let append = row(session, epoch, 2);
    test.store.append(append.clone()).await.unwrap();

    let again = join_all((0..10).map(|_| test.store.append(append.clone()))).await;

    assert!(again.into_iter().all(|result| result.is_ok()));
    assert_eq!(seqs(&all_rows(&*test.store, session).await), [1, 2]);
}

async fn another_row_in_the_same_place_is_refused(test: TestStore) {
    let (session, epoch) = owned_session(&*test.store, "1").await;
    let (other, other_epoch) = owned_session(&*test.store, "2").await;
    test.store.append(row(session, epoch, 2)).await.unwrap();
    let mut different = row(session, epoch, 2);
    different.events = Bytes::from_static(b"something else");

    let (refused, appended) =
        tokio::join!(test.store.append(different), test.store.append(row(other, other_epoch, 2)),);

    assert!(matches!(refused, Err(JournalError::Fenced(id)) if id == session));
    appended.unwrap();
    let rows = all_rows(&*test.store, session).await;
    assert_eq!(rows[1].events, row(session, epoch, 2).events);
}

async fn dropping_an_append_does_not_cancel_it(test: TestStore) {
    let (session, epoch) = owned_session(&*test.store, "1").await;

    drop(test.store.append(row(session, epoch, 2)));
    test.store.append(row(session, epoch, 3)).await.unwrap();

    assert_eq!(seqs(&all_rows(&*test.store, session).await), [1, 2, 3]);
}

async fn a_journal_is_read_in_pages(test: TestStore) {
    let (session, epoch) = owned_session(&*test.store, "1").await;
    for seq in 2..13 {
        let mut large = row(session, epoch, seq);
        large.events = vec![u8::try_from(seq).unwrap(); 1 << 20].into();
        test.store.append(large).await.unwrap();
    }

    let page = test.store.rows(session, Seq(1)).await.unwrap();

    assert_eq!(seqs(&page), [2, 3, 4, 5], "four MiB");
    assert_eq!(seqs(&test.store.rows(session, Seq(11)).await.unwrap()), [12]);
    assert!(test.store.rows(session, Seq(12)).await.unwrap().is_empty());
    assert_eq!(seqs(&all_rows(&*test.store, session).await), (1..13).collect::<Vec<_>>());
}
