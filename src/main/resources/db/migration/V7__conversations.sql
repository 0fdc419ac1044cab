-- What happens to a message later, who wrote it, and who wants to hear no more.
-- Columns are added at the end and may be null, so tables of any size get them at once.

alter table messages
  add column author      enum ('hub', 'person') null comment 'of one that went out: the hub, or somebody of the business',
  add column template    varchar(512) null comment 'the approved template that was sent',
  add column delivery_id bigint       null comment 'by which the hub sent it',
  add column edited_at   datetime(6)  null,
  add column deleted_at  datetime(6)  null comment 'taken back by its sender',
  add column reaction    varchar(40)  null comment 'what the other side answered with, an emoji';

alter table contacts
  add column opted_out_at datetime(6) null comment 'wants no automatic messages';

alter table leads
  add column ad_clicked_at datetime(6) null comment 'when the latest message came from an ad';

alter table message_statuses
  add column error_code varchar(40) null comment 'the provider''s own code for why it failed';
