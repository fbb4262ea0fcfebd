-- The rows of the bots' tables: a document a row.

-- A table of a bot: its declared shape (JSON), or a plain one made by its first use.
create table bot_tables (
    bot text not null,
    name text not null,
    shape text not null,
    declared bigint not null,
    place bigint not null default 0,
    next_id bigint not null default 1,
    primary key (bot, name)
);

-- `ord` is the order of insertion. `odd` marks keys that can equal a value spelled differently
-- ("007" and 7), so that a search by key looks at them too. `origin` is `package` for rows that
-- came with the package and `script` for all others.
create table bot_rows (
    ord bigint generated always as identity primary key,
    bot text not null,
    tbl text not null,
    key text not null,
    odd bigint not null default 0,
    doc text not null,
    origin text not null default 'script',
    unique (bot, tbl, key)
);
create index bot_rows_ord on bot_rows (bot, tbl, ord);
create index bot_rows_odd on bot_rows (bot, tbl) where odd = 1;
create index bot_rows_package on bot_rows (bot, tbl) where origin = 'package';

-- Values that must be unique: `cols` names the columns, `value` is what they hold together.
create table row_unique (
    bot text not null,
    tbl text not null,
    cols text not null,
    value text not null,
    key text not null,
    primary key (bot, tbl, cols, value)
);
create index row_unique_key on row_unique (bot, tbl, key);

-- The content hash of the file that a table's package rows came from.
create table imports (
    bot text not null,
    tbl text not null,
    hash text not null,
    primary key (bot, tbl)
);
