-- In which formats a node stores sessions: nodes of two releases work side by side only if each
-- reads what the other writes.
alter table nodes
    add column reads_format  int not null default 2,
    add column writes_format int not null default 2;
