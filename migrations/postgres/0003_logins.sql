-- Administrators' sign-ins by cookie: only hashes, as of tokens. Small and shared, like `admins`.
create table logins (
    login_hash bytea  not null primary key,
    admin      uuid   not null references admins (id) on delete cascade,
    created_ms bigint not null,
    used_ms    bigint not null
);

create index logins_of_admin on logins (admin, created_ms desc);
