-- Whose lead it is: who clicked which link, what speaks for a partner, and who decided.
-- Columns are added at the end, so tables of any size get them at once.

alter table partners
  add column phone      varchar(20) character set ascii collate ascii_bin null comment 'E.164 with +; the partner''s own, to recognise self-referrals',
  add column updated_at datetime(6) not null default now(6) on update now(6),
  add key partners_by_change (updated_at);

-- Its one row is locked by whoever creates partners, so that no two codes that look alike come in the same moment.
create table partner_creation (
  id tinyint not null primary key
) engine = innodb default character set utf8mb4 collate utf8mb4_unicode_ci;

create table clicks (
  id         bigint not null auto_increment primary key,
  reference  varchar(16)  character set ascii collate ascii_bin not null comment 'stands in the text that the visitor sends',
  partner_id bigint       null comment 'null: nobody has this code',
  code       varchar(32)  not null comment 'as it was asked for',
  placement  varchar(40)  null comment 'where the link or the QR code hangs',
  language   varchar(8)   null comment 'what the visitor reads',
  country    char(2)      character set ascii collate ascii_bin null,
  device     varchar(10)  not null comment 'phone, tablet, desktop or other',
  referrer   varchar(255) null comment 'host of the page with the link',
  lead_id    bigint       null comment 'the first lead that came of it',
  at         datetime(6)  not null,
  unique key clicks_by_reference (reference),
  key clicks_by_time (at),
  key clicks_by_partner (partner_id, at),
  foreign key (partner_id) references partners (id),
  foreign key (lead_id) references leads (id)
) engine = innodb default character set utf8mb4 collate utf8mb4_unicode_ci;

-- When a partner was last told of a click.
create table click_notices (
  partner_id bigint not null primary key,
  told_at    datetime(6) not null,
  foreign key (partner_id) references partners (id)
) engine = innodb default character set utf8mb4 collate utf8mb4_unicode_ci;

alter table attributions
  modify column partner_id bigint null comment 'null: taken from everybody',
  add column certainty  enum ('sure', 'suspected') null default 'sure' comment 'how sure the partner is; null without one',
  add column confidence decimal(3, 2) null comment '0 to 1; null where it is sure',
  add column click_id   bigint        null,
  add column decided_by varchar(100)  null comment 'the person; null: a rule',
  add column reason     varchar(500)  null comment 'why, in the person''s words; of a rule: why the evidence did not count',
  add column evidence_partner_code varchar(32) null comment 'for whom the evidence spoke that did not count';

-- What speaks for a partner and was not enough to credit anybody: a person chooses.
create table suggestions (
  id         bigint not null auto_increment primary key,
  lead_id    bigint not null,
  partner_id bigint not null,
  rule       varchar(40)   not null,
  confidence decimal(3, 2) null,
  evidence   varchar(255)  null,
  click_id   bigint        null,
  created_at datetime(6)   not null default now(6),
  unique key suggestions_once (lead_id, partner_id),
  foreign key (lead_id) references leads (id),
  foreign key (partner_id) references partners (id)
) engine = innodb default character set utf8mb4 collate utf8mb4_unicode_ci;

alter table leads
  add column certainty enum ('sure', 'suspected') null comment 'how sure the partner is; null without one',
  add key leads_by_certainty (certainty);
