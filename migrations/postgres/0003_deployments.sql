-- What was put into service when, so that a bot can go back to an earlier version.

-- `origin` tells from where: `folder`, `package`, `studio`, or `rollback`.
create table deployments (
    n bigint generated always as identity primary key,
    bot text not null,
    hash text not null,
    at bigint not null,
    origin text not null
);
create index deployments_bot on deployments (bot, n);

-- What is in service when this begins counts as put there as a package.
insert into deployments (bot, hash, at, origin)
select name, hash, deployed_at, 'package' from bots;

-- The conversations of a bot, the newest first.
create index conversations_bot on conversations (bot, updated_at);
