-- Packages, bots, conversations and all that a turn commits.

-- A compiled package under the hash of its content.
create table packages (
    hash text primary key,
    bytes bytea not null,
    put_at bigint not null
);

-- A bot points at the package that new conversations start with.
create table bots (
    name text primary key,
    hash text not null,
    deployed_at bigint not null
);

-- A conversation is a suspended program; `version` counts its commits.
create table conversations (
    id text primary key,
    key_hash text not null,
    bot text not null,
    program text not null,
    person text not null,
    channel text not null,
    version bigint not null default 0,
    last_seq bigint not null default 0,
    wake_at bigint,
    created_at bigint not null,
    updated_at bigint not null,
    state bytea not null default ''
);
create index conversations_program on conversations (program);
create index conversations_wake on conversations (wake_at) where wake_at is not null;

-- Messages that came in. Rows that are done stay, so that a repeated one is recognised.
create table inbox (
    id bigint generated always as identity primary key,
    conversation text not null,
    native_id text not null,
    body text not null,
    seq bigint,
    at bigint not null,
    done bigint not null default 0,
    unique (conversation, native_id)
);
create index inbox_waiting on inbox (conversation, id) where done = 0;

-- The log that people see.
create table items (
    conversation text not null,
    seq bigint not null,
    at bigint not null,
    body text not null,
    primary key (conversation, seq)
);

-- What a turn did, step by step. The version of the commit is part of the key because a turn that
-- goes on after a crash may count its steps anew.
create table journal (
    conversation text not null,
    version bigint not null,
    n bigint not null,
    turn bigint not null,
    step bigint not null,
    at bigint not null,
    body text not null,
    primary key (conversation, version, n)
);

-- Values that outlive a conversation; `scope` is `bot` or `user`.
create table memory (
    scope text not null,
    owner text not null,
    key text not null,
    value text not null,
    expires_at bigint,
    primary key (scope, owner, key)
);
create index memory_expires on memory (expires_at) where expires_at is not null;

-- Scripts that start by themselves.
create table schedules (
    bot text not null,
    id text not null,
    script text not null,
    rule text not null,
    zone text not null,
    args text not null,
    next_at bigint not null,
    declared bigint not null,
    primary key (bot, id)
);
create index schedules_next on schedules (next_at);

-- Messages to others; one that is done stays until its conversation goes, so that a turn that is
-- repeated does not send it again.
create table outbox (
    id bigint generated always as identity primary key,
    conversation text not null,
    turn bigint not null,
    n bigint not null,
    channel text not null,
    address text not null,
    body text not null,
    attempts bigint not null default 0,
    retry_at bigint not null,
    done bigint not null default 0,
    failure text,
    unique (conversation, turn, n)
);
create index outbox_waiting on outbox (retry_at) where done = 0;
