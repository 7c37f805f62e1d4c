-- The same tables as for PostgreSQL; its file says what they are for. Ids are blobs of 16 bytes.
-- Times are milliseconds since the Unix epoch. `strict`, so that a wrong type is an error here
-- as it is there.

create table sessions (
    id                blob    not null primary key,
    admin             blob    not null,
    code              text    not null,
    name              text    not null,
    description       text,
    status            text    not null,  -- draft, active or completed
    settings          text    not null,  -- JSON; its reader is the server, never SQL
    -- Name and description in lower case: SQLite knows the case of ASCII letters only.
    search_text       text    not null,
    created_ms        integer not null,
    opened_ms         integer,
    completed_ms      integer,
    participant_count integer not null,
    activity_count    integer not null,
    revision          integer not null,
    owner             blob,
    epoch             integer not null
) strict;

create index sessions_of_admin on sessions (admin, created_ms desc, id desc);

create table codes (
    code       text not null primary key,
    session_id blob not null
) strict, without rowid;

-- With a row id, so that the rows of one commit lie side by side: sorted by session, each row
-- of a commit for many sessions would dirty a page of its own.
create table journal (
    session_id blob    not null,
    seq        integer not null,
    count      integer not null,
    epoch      integer not null,
    at_ms      integer not null,
    events     blob    not null,
    primary key (session_id, seq)
) strict;

create table snapshots (
    session_id blob    not null references sessions (id) on delete cascade,
    seq        integer not null,
    taken_ms   integer not null,
    state      blob    not null,
    primary key (session_id, seq)
) strict;

create table runner_tokens (
    session_id blob    not null references sessions (id) on delete cascade,
    token_id   blob    not null,
    token_hash blob    not null,
    created_ms integer not null,
    primary key (session_id, token_id)
) strict, without rowid;

create index runner_tokens_by_hash on runner_tokens (token_hash);

create table admins (
    id         blob    not null primary key,
    name       text    not null,
    token_hash blob    not null unique,
    created_ms integer not null,
    revoked_ms integer
) strict;

create table secrets (
    name  text not null primary key,
    value blob not null
) strict, without rowid;

create table nodes (
    id             blob    not null primary key,
    url            text    not null,
    lease_until_ms integer not null
) strict;
