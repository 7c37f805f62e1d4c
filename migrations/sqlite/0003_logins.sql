-- The same table as for PostgreSQL; its file says what it is for.
create table logins (
    login_hash blob    not null primary key,
    admin      blob    not null references admins (id) on delete cascade,
    created_ms integer not null,
    used_ms    integer not null
) strict, without rowid;

create index logins_of_admin on logins (admin, created_ms desc);
