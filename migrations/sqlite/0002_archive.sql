-- The same tables as for PostgreSQL; its file says what they are for. Ids are blobs of 16 bytes,
-- times texts such as 2026-11-23T09:30:00.000Z, JSON is text, and booleans are 0 and 1.

alter table sessions add column archived_ms integer;

create index sessions_to_archive on sessions (completed_ms, id)
    where status = 'completed' and archived_ms is null;

create table activities (
    session_id   blob    not null,
    activity_id  blob    not null,
    position     integer not null,  -- in the order shown, from 1
    type         text    not null,  -- poll, poker, quiz, wordcloud
    title        text    not null,
    config       text    not null,  -- as its administrator wrote it, a quiz's key included
    status       text    not null,  -- draft, published, active, expired
    round        integer not null,  -- the last one
    created_at   text    not null,
    published_at text,
    activated_at text,              -- null: it never ran
    expired_at   text,
    primary key (session_id, activity_id)
) strict, without rowid;

create table participants (
    session_id     blob    not null,
    participant_id blob    not null,
    nickname       text    not null,  -- as everybody saw it at the end
    spectator      integer not null,
    status         text    not null,  -- present, left or removed
    joined_at      text    not null,
    primary key (session_id, participant_id)
) strict, without rowid;

create table responses (
    session_id     blob    not null,
    no             integer not null,  -- numbers a session's responses; says nothing else
    activity_id    blob    not null,
    item_id        text,              -- the question or story, where the activity has several
    round          integer not null,
    participant_id blob,              -- null: the answer is anonymous
    answer         text,              -- as it was sent: {"choices":["a"]}; null: it was hidden
    correct        integer,           -- quiz only
    points         integer,           -- quiz only
    answered_at    text    not null,
    response_ms    integer,           -- since the question opened or the activity began
    primary key (session_id, no)
) strict, without rowid;

create table remains (
    session_id blob not null primary key
) strict, without rowid;
