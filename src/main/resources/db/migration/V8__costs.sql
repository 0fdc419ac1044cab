-- What messages of ours cost, by what providers say of them; and what the owner was told.

create table charges (
  id                  bigint not null auto_increment primary key,
  provider            varchar(20)  not null,
  provider_message_id varchar(255) character set utf8mb4 collate utf8mb4_nopad_bin not null,
  channel             varchar(64)  null comment 'the number of ours that sent it',
  delivered           boolean      not null comment 'delivered, read or played; only then it costs',
  failed              boolean      not null,
  billable            boolean      null comment 'null: the provider told nothing of it',
  model               varchar(40)  null comment 'CBP, PMP, …',
  category            varchar(64)  null comment 'marketing, utility, authentication, service, …',
  type                varchar(64)  null comment 'regular, free_customer_service, free_entry_point, …',
  country             char(2)      null comment 'the recipient''s, two letters',
  price               decimal(14, 6) null comment 'where the provider tells one',
  currency            char(3)      null comment 'of that price',
  at                  datetime(6)  not null comment 'when it was delivered; until then, what was heard first',
  day                 date         not null comment 'of at, in hub.time-zone as it stood then',
  created_at          datetime(6)  not null default now(6),
  unique key charges_once (provider, provider_message_id),
  key charges_by_day (day)
) engine = innodb default character set utf8mb4 collate utf8mb4_unicode_ci;

create table budget_notices (
  month      char(7)     not null comment '2026-11',
  percent    smallint    not null comment 'of the budget that was crossed',
  created_at datetime(6) not null default now(6),
  primary key (month, percent)
) engine = innodb default character set utf8mb4 collate utf8mb4_unicode_ci;

create table owner_reports (
  day        date        not null primary key,
  created_at datetime(6) not null default now(6)
) engine = innodb default character set utf8mb4 collate utf8mb4_unicode_ci;
