# What Meta says about messages that we sent becomes an array of statuses in the shape that all providers share.
# https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/status
# What cannot be read is left out: a status is news about a message, never a message.

def told:
  if type == "number" then tostring
  elif type == "string" and . != "" then .
  else null end;

# Seconds since 1970, as text or number.
def instant:
  (tostring | select(test("\\A[0-9]{1,11}\\z")) | tonumber | todateiso8601) // null;

def failure:
  [ .errors | arrays | .[] | objects | [ .code, .title ] | map(told) | map(select(. != null)) | join(": ") ]
  | .[0];

[ objects | .entry | arrays | .[]
  | objects | .changes | arrays | .[]
  | objects | select(.field == null or .field == "messages")
  | .value | objects
  | ([ .metadata | objects | .phone_number_id | told ][0]) as $channel
  | .statuses | arrays | .[] | objects
  | select((.id | told) != null and (.status | told) != null)
  | {
      provider: "meta",
      channel: $channel,
      messageId: (.id | told),
      status: (.status | told),
      ourKey: (.biz_opaque_callback_data | told),
      error: failure,
      at: (.timestamp | instant)
    } ]
