//! Sessions, codes, administrators, tokens and secrets.

use caja::store::{LoginRow, OldLogins, SessionFilter, Store, StoreError};
use caja_actors::{
    journal::Append,
    session::{Header, SessionId, SessionStatus, Timestamp},
};
use uuid::Uuid;

use crate::{
    on_both,
    sample::{AT, admin, all_rows, header, new_session, owned_session, row, runner_token},
    support::TestStore,
};

on_both!(
    a_new_session_reads_back_as_it_was_written,
    a_code_belongs_to_one_session_at_a_time,
    a_completed_session_gives_its_code_back,
    a_header_changes_with_its_row,
    the_list_is_newest_first_and_goes_on_after_its_last_entry,
    the_list_shows_only_its_admin_and_status,
    a_search_finds_parts_in_any_case_and_takes_wildcards_literally,
    a_deleted_session_leaves_nothing_behind,
    a_session_at_another_revision_is_not_deleted,
    a_revoked_admin_is_listed_but_has_no_token,
    a_sign_in_lives_as_long_as_its_admin,
    old_sign_ins_go_when_a_new_one_comes,
    runner_tokens_are_listed_found_and_revoked,
    the_first_candidate_of_a_secret_wins,
    migrating_again_changes_nothing,
    a_store_that_answers_says_so,
);

fn everything(admin: Uuid) -> SessionFilter {
    SessionFilter { admin, status: None, q: None, before: None, limit: 100 }
}

async fn names(store: &dyn Store, filter: SessionFilter) -> Vec<String> {
    let rows = store.sessions(filter).await.unwrap();
    rows.into_iter().map(|row| row.header.name).collect()
}

async fn a_new_session_reads_back_as_it_was_written(test: TestStore) {
    let mut new = new_session("4711", "All hands");
    new.header.description = Some("Monthly".to_owned());
    new.header.settings.locale = Some("es-MX".to_owned());
    new.header.settings.max_participants = 77;
    new.header.revision = 5;

    test.store.create_session(new.clone()).await.unwrap();

    let read = test.store.session(new.id).await.unwrap().unwrap();
    assert_eq!(read.header, new.header);
    assert_eq!((read.id, read.admin, &*read.code), (new.id, new.admin, "4711"));
    assert_eq!(read.created_at, new.created_at);
    assert_eq!(test.store.session_by_code("4711").await.unwrap(), Some(read));
    let rows = all_rows(&*test.store, new.id).await;
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].events, new.first.events);
    assert_eq!(test.store.session(SessionId(Uuid::nil())).await.unwrap(), None);
    assert_eq!(test.store.session_by_code("4712").await.unwrap(), None);
}

async fn a_code_belongs_to_one_session_at_a_time(test: TestStore) {
    test.store.create_session(new_session("1234", "First")).await.unwrap();
    let second = new_session("1234", "Second");

    let refused = test.store.create_session(second.clone()).await;

    assert!(matches!(refused, Err(StoreError::CodeTaken)));
    assert_eq!(test.store.session(second.id).await.unwrap(), None);
    assert_eq!(test.store.codes_taken().await.unwrap(), 1);
}

async fn a_completed_session_gives_its_code_back(test: TestStore) {
    let (session, epoch) = owned_session(&*test.store, "1234").await;
    let mut completed = header("Over");
    completed.status = SessionStatus::Completed;
    completed.completed_at = Some(AT.plus_ms(9));
    let mut last = row(session, epoch, 2);
    last.header = Some(completed.clone());

    test.store.append(last).await.unwrap();

    assert_eq!(test.store.codes_taken().await.unwrap(), 0);
    assert_eq!(test.store.session_by_code("1234").await.unwrap(), None);
    assert_eq!(test.store.session(session).await.unwrap().unwrap().header, completed);
    test.store.create_session(new_session("1234", "Next")).await.unwrap();
}

async fn a_header_changes_with_its_row(test: TestStore) {
    let (session, epoch) = owned_session(&*test.store, "1").await;
    let (other, other_epoch) = owned_session(&*test.store, "2").await;
    let mut changed = header("Renamed");
    changed.status = SessionStatus::Active;
    changed.description = Some("Now with one".to_owned());
    changed.opened_at = Some(AT.plus_ms(3));
    changed.participant_count = 12;
    changed.activity_count = 3;
    changed.revision = 9;
    let mut with_header = row(session, epoch, 2);
    with_header.header = Some(changed.clone());

    let appended = tokio::join!(
        test.store.append(with_header),
        test.store.append(row(other, other_epoch, 2)),
    );

    assert!(matches!(appended, (Ok(()), Ok(()))));
    assert_eq!(test.store.session(session).await.unwrap().unwrap().header, changed);
    assert_eq!(test.store.session(other).await.unwrap().unwrap().header, header("A session"));
    assert_eq!(test.store.codes_taken().await.unwrap(), 2);
    let found = SessionFilter { q: Some("NOW WITH".into()), ..everything(Uuid::from_u128(1)) };
    assert_eq!(names(&*test.store, found).await, ["Renamed"]);
}

async fn the_list_is_newest_first_and_goes_on_after_its_last_entry(test: TestStore) {
    // Two in each millisecond, so that the id must break ties.
    for n in 0..6_u64 {
        let mut new = new_session(&n.to_string(), &n.to_string());
        new.created_at = AT.plus_ms(n / 2);
        test.store.create_session(new).await.unwrap();
    }

    let mut filter = SessionFilter { limit: 4, ..everything(Uuid::from_u128(1)) };
    let first = test.store.sessions(filter.clone()).await.unwrap();
    let last = first.last().unwrap();
    filter.before = Some((last.created_at, last.id));
    let second = test.store.sessions(filter).await.unwrap();

    let names: Vec<_> = first.iter().chain(&second).map(|row| &*row.header.name).collect();
    assert_eq!(names, ["5", "4", "3", "2", "1", "0"]);
}

async fn the_list_shows_only_its_admin_and_status(test: TestStore) {
    let mut mine = new_session("1", "Mine");
    mine.header.status = SessionStatus::Active;
    let mut other = new_session("2", "Other's");
    other.admin = Uuid::from_u128(2);
    for new in [mine, other, new_session("3", "Draft")] {
        test.store.create_session(new).await.unwrap();
    }

    let active =
        SessionFilter { status: Some(SessionStatus::Active), ..everything(Uuid::from_u128(1)) };

    assert_eq!(names(&*test.store, active).await, ["Mine"]);
    assert_eq!(names(&*test.store, everything(Uuid::from_u128(1))).await, ["Draft", "Mine"]);
    assert_eq!(names(&*test.store, everything(Uuid::from_u128(3))).await, [""; 0]);
}

async fn a_search_finds_parts_in_any_case_and_takes_wildcards_literally(test: TestStore) {
    let mut described = new_session("100", "Quarter");
    described.header.description = Some("Año nuevo: 50% off, a_b, c:\\d".to_owned());
    for new in [described, new_session("200", "REUNIÓN general"), new_session("300", "50x aXb")] {
        test.store.create_session(new).await.unwrap();
    }
    let find = async |q: &str| {
        let filter = SessionFilter { q: Some(q.into()), ..everything(Uuid::from_u128(1)) };
        names(&*test.store, filter).await
    };

    assert_eq!(find("reunión").await, ["REUNIÓN general"]);
    assert_eq!(find("AÑO").await, ["Quarter"]);
    assert_eq!(find("50%").await, ["Quarter"]);
    assert_eq!(find("a_b").await, ["Quarter"]);
    assert_eq!(find("c:\\d").await, ["Quarter"]);
    assert_eq!(find("200").await, ["REUNIÓN general"]);
    assert_eq!(find("20").await, [""; 0], "a code must be whole");
    assert_eq!(find("nothing").await, [""; 0]);
    assert_eq!(find("nul\0").await, [""; 0]);
}

async fn a_session_at_another_revision_is_not_deleted(test: TestStore) {
    let (session, epoch) = owned_session(&*test.store, "1").await;
    let changed = Header { revision: 2, ..header("Changed") };
    let append = Append { header: Some(changed), ..row(session, epoch, 2) };
    test.store.append(append).await.unwrap();
    for other in [1, 3, u64::MAX] {
        assert!(!test.store.delete_session_at(session, Some(other)).await.unwrap());
        assert_eq!(test.store.session(session).await.unwrap().unwrap().header.revision, 2);
        assert_eq!(all_rows(&*test.store, session).await.len(), 2);
        assert!(test.store.session_by_code("1").await.unwrap().is_some());
        assert_eq!(test.store.remains(10).await.unwrap(), []);
    }
    assert!(test.store.delete_session_at(session, Some(2)).await.unwrap());
    assert_eq!(test.store.session(session).await.unwrap(), None);
    assert!(!test.store.delete_session_at(session, Some(2)).await.unwrap());
}

async fn a_deleted_session_leaves_nothing_behind(test: TestStore) {
    let (session, epoch) = owned_session(&*test.store, "1").await;
    let (kept, _) = owned_session(&*test.store, "2").await;
    test.store.append(row(session, epoch, 2)).await.unwrap();
    test.store.create_runner_token(runner_token(session, 7)).await.unwrap();

    assert!(test.store.delete_session(session).await.unwrap());

    assert!(!test.store.delete_session(session).await.unwrap());
    assert_eq!(test.store.session(session).await.unwrap(), None);
    assert!(all_rows(&*test.store, session).await.is_empty());
    assert_eq!(test.store.runner_token_by_hash([7; 32]).await.unwrap(), None);
    assert_eq!(test.store.codes_taken().await.unwrap(), 1);
    assert_eq!(all_rows(&*test.store, kept).await.len(), 1);
}

async fn a_revoked_admin_is_listed_but_has_no_token(test: TestStore) {
    let (ada, grace) = (admin(1), admin(2));
    test.store.create_admin(grace.clone()).await.unwrap();
    test.store.create_admin(ada.clone()).await.unwrap();
    assert_eq!(test.store.admin_by_token([1; 32]).await.unwrap(), Some(ada.clone()));

    assert!(test.store.revoke_admin(ada.id, Timestamp(5)).await.unwrap());

    assert!(!test.store.revoke_admin(ada.id, Timestamp(6)).await.unwrap());
    assert!(!test.store.revoke_admin(Uuid::nil(), Timestamp(6)).await.unwrap());
    assert_eq!(test.store.admin_by_token([1; 32]).await.unwrap(), None);
    let mut revoked = ada;
    revoked.revoked_at = Some(Timestamp(5));
    assert_eq!(test.store.admins().await.unwrap(), [revoked, grace]);
}

fn login(n: u8, admin: Uuid, created: u64, used: u64) -> LoginRow {
    LoginRow {
        login_hash: [n; 32],
        admin,
        admin_name: String::new(),
        created_at: Timestamp(created),
        used_at: Timestamp(used),
    }
}

/// What is old: begun before 100, not used since 200, or beyond the newest two.
const OLD: OldLogins =
    OldLogins { created_before: Timestamp(100), used_before: Timestamp(200), most: 2 };

async fn a_sign_in_lives_as_long_as_its_admin(test: TestStore) {
    let ana = admin(1);
    test.store.create_admin(ana.clone()).await.unwrap();
    test.store.create_login(login(7, ana.id, 300, 300), OLD).await.unwrap();
    let read = test.store.login([7; 32]).await.unwrap().unwrap();
    assert_eq!(read, LoginRow { admin_name: "Ada".into(), ..login(7, ana.id, 300, 300) });
    test.store.note_login([7; 32], Timestamp(500)).await.unwrap();
    test.store.note_login([7; 32], Timestamp(400)).await.unwrap();
    let used_at = test.store.login([7; 32]).await.unwrap().unwrap().used_at;
    assert_eq!(used_at, Timestamp(500), "uses are noted in any order");
    test.store.create_login(login(8, ana.id, 301, 301), OLD).await.unwrap();
    assert!(test.store.delete_login([8; 32]).await.unwrap());
    assert!(!test.store.delete_login([8; 32]).await.unwrap());
    assert_eq!(test.store.login([8; 32]).await.unwrap(), None);
    test.store.revoke_admin(ana.id, Timestamp(600)).await.unwrap();
    assert_eq!(test.store.login([7; 32]).await.unwrap(), None);
}

async fn old_sign_ins_go_when_a_new_one_comes(test: TestStore) {
    let (ana, ben) = (admin(1), admin(2));
    test.store.create_admin(ana.clone()).await.unwrap();
    test.store.create_admin(ben.clone()).await.unwrap();
    let all = OldLogins { created_before: Timestamp(0), used_before: Timestamp(0), most: 9 };
    for login in [
        login(1, ana.id, 99, 400),
        login(2, ana.id, 150, 199),
        login(3, ana.id, 100, 400),
        login(4, ana.id, 150, 200),
        login(5, ben.id, 99, 400),
        login(6, ben.id, 100, 200),
    ] {
        test.store.create_login(login, all).await.unwrap();
    }
    test.store.create_login(login(7, ana.id, 300, 300), OLD).await.unwrap();
    let mut left = vec![];
    for n in 1..=7 {
        if test.store.login([n; 32]).await.unwrap().is_some() {
            left.push(n);
        }
    }
    assert_eq!(left, [4, 6, 7], "the newest two of hers, and what is not over of his");
}

async fn runner_tokens_are_listed_found_and_revoked(test: TestStore) {
    let (session, _) = owned_session(&*test.store, "1").await;
    let (other, _) = owned_session(&*test.store, "2").await;
    let (first, second) = (runner_token(session, 1), runner_token(session, 2));
    for token in [second.clone(), first.clone(), runner_token(other, 3)] {
        test.store.create_runner_token(token).await.unwrap();
    }
    let listed = test.store.runner_tokens(session).await.unwrap();
    assert_eq!(listed, [first.clone(), second.clone()]);
    assert_eq!(test.store.runner_token_by_hash([1; 32]).await.unwrap(), Some(first.clone()));

    assert!(!test.store.revoke_runner_token(other, first.token_id).await.unwrap());
    assert!(test.store.revoke_runner_token(session, first.token_id).await.unwrap());

    assert!(!test.store.revoke_runner_token(session, first.token_id).await.unwrap());
    assert_eq!(test.store.runner_tokens(session).await.unwrap(), [second]);
    assert_eq!(test.store.runner_token_by_hash([1; 32]).await.unwrap(), None);
}

async fn the_first_candidate_of_a_secret_wins(test: TestStore) {
    let candidates: Vec<[u8; 3]> = (0..8).map(|n| [n, 0, 255]).collect();

    let secrets = candidates.iter().map(|candidate| test.store.secret("tokens", candidate));
    let secrets = futures_util::future::join_all(secrets).await;

    let first = secrets[0].as_ref().unwrap();
    assert!(candidates.iter().any(|candidate| candidate == &first[..]));
    assert!(secrets.iter().all(|secret| secret.as_ref().unwrap() == first));
    assert_eq!(test.store.secret("other", b"x").await.unwrap(), b"x");
}

async fn migrating_again_changes_nothing(test: TestStore) {
    test.store.create_session(new_session("1", "Kept")).await.unwrap();

    let again = tokio::join!(test.store.migrate(), test.store.migrate());

    assert!(matches!(again, (Ok(()), Ok(()))));
    assert_eq!(test.store.codes_taken().await.unwrap(), 1);
}

async fn a_store_that_answers_says_so(test: TestStore) {
    test.store.ping().await.unwrap();
    assert!(test.store.health().reachable);
}
