# What Meta (or 360dialog, which passes it on) tells of our number becomes what the hub keeps of it.
# https://developers.facebook.com/docs/whatsapp/cloud-api/health-status
{
  channel: (.id // ([.health_status.entities[]? | select(.entity_type == "PHONE_NUMBER") | .id] | first)),
  quality: .quality_rating,
  limitTier: (.messaging_limit_tier // .whatsapp_business_manager_messaging_limit),
  account: (.health_status.can_send_message | if . == "BLOCKED" then . else null end)
}
