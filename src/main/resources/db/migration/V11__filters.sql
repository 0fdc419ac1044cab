-- What lists are filtered by: without an index a filter that fits few rows reads all of them.

alter table leads
  add key leads_by_partner_code (partner_code),
  add key leads_by_status (status);

alter table clicks
  add key clicks_by_placement (placement);
