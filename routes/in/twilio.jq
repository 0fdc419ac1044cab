# What Twilio posts for WhatsApp becomes an array of messages in the shape that all providers share.
# https://www.twilio.com/docs/messaging/guides/webhook-request
#
# The input is the form as an object: { "From": "whatsapp:+15550002222", "Body": "Hello", … }.
# To read another parameter, change `message` at the end.
#
# To keep a change, add a sample in src/test/resources/in/twilio.
# jq here is jackson-jq: every `if` has an `else`; names such as `todate`, `trim`, `IN` are missing.

# A parameter that came twice is a list: the first one counts.
def first_of_each: map_values(if type == "array" then .[0] else . end);

# A parameter as text; null when it is empty or absent.
def told: if type == "number" then tostring elif type == "string" and . != "" then . else null end;

def address: told | if . == null then null else ltrimstr("whatsapp:") | told end;

# WhatsApp's id of a person who may hide the phone number; nothing when it is none.
def user_id:
  address | select(. != null and test("\\A[A-Z]{2}\\.(ENT\\.)?[A-Za-z0-9]{1,128}\\z"));

def phone:
  address | select(. != null and test("[0-9]") and (test("[A-Za-z]") | not));

def without_nulls: with_entries(select(.value != null)) | if length == 0 then null else . end;

# --- What the post is ---

# News of a message that we sent.
def is_status:
  (.EventType | told) != null
  or ((.SmsStatus | told) != "received"
      and ((.MessageStatus | told) != null or (.SmsStatus | told) != null));

def has_media: (.NumMedia | told) as $count | $count != null and $count != "0";

def kind_of_media:
  ((.MediaContentType0 | told) // "") as $mime
  | if $mime | test("vcard") then "contacts"
    elif $mime | test("\\A(image|video|audio)/") then $mime | split("/") | .[0]
    else "document" end;

def kind:
  (.MessageType | told)
  // if has_media then kind_of_media
     elif (.Latitude | told) != null then "location"
     elif (.ButtonText | told) != null then "button"
     elif (.ListTitle | told) != null then "interactive"
     else "text" end;

# --- What it says ---

def text: (.ButtonText | told) // (.ListTitle | told) // (.Body | told);

def media:
  if has_media and (.MediaUrl0 | told) != null
  then { id: null, mimeType: (.MediaContentType0 | told), url: .MediaUrl0 }
  else null end;

# An ad that led here, named as Meta names it. ReferralNumMedia comes without an ad, too.
def referral:
  { source_type: .ReferralSourceType,
    source_id: .ReferralSourceId,
    source_url: .ReferralSourceUrl,
    headline: .ReferralHeadline,
    body: .ReferralBody,
    ctwa_clid: .ReferralCtwaClid,
    media_id: .ReferralMediaId,
    media_url: .ReferralMediaUrl,
    media_content_type: .ReferralMediaContentType }
  | map_values(told) | without_nulls;

# The message that this one answers, named as Meta names it.
def context:
  { id: (.OriginalRepliedMessageSid | told),
    from: (.OriginalRepliedMessageSender | address),
    forwarded: (if .Forwarded == "true" then true else null end),
    frequently_forwarded: (if .FrequentlyForwarded == "true" then true else null end) }
  | without_nulls;

def message:
  ([ .MessageSid, .SmsMessageSid, .SmsSid | told | select(. != null) ][0]) as $sid
  | [ .From, .WaId | phone ][0] as $phone
  | [ .ExternalUserId, .From, .WaId | user_id ][0] as $user_id
  | if $sid == null then error("the message has no sid")
    elif $phone == null and $user_id == null then error("the message has no sender")
    else {
      provider: "twilio",
      channel: (.To | address),
      messageId: $sid,
      kind: kind,
      phone: $phone,
      waUserId: $user_id,
      name: (.ProfileName | told),
      text: text,
      at: null,                       # Twilio tells no time
      referral: referral,
      context: context,
      media: media
    } end;

if type != "object" then error("twilio: the event is not an object of parameters")
else
  . as $raw
  | first_of_each
  | [ if is_status or .MessageType == "reaction" then empty
      else try message catch { provider: "twilio", malformed: ., raw: $raw } end ]
end
