-- By state first: so the keys that wait are found one after the other, past any number that are done.

alter table deliveries
  drop key deliveries_in_order,
  add key deliveries_in_order (topic, subscriber, state, ordering_key, event_id);
