# What Twilio posts for WhatsApp becomes an array in the shape that all providers share: a message, a
# reaction, or the status of a message of ours.
# https://www.twilio.com/docs/messaging/guides/webhook-request
# https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks
#
# The input is the form as an object: { "From": "whatsapp:+15550002222", "Body": "Hello", … }; where
# Twilio posts JSON instead, that. JSON without these parameters is parked as malformed.
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

def sid: [ .MessageSid, .SmsMessageSid, .SmsSid | told | select(. != null) ][0];

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

def number: told | try tonumber catch null;

def media:
  if (.Latitude | told) != null then
    { latitude: (.Latitude | number), longitude: (.Longitude | number),
      name: (.Label | told), address: (.Address | told) }
    | without_nulls
  elif has_media and (.MediaUrl0 | told) != null
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

def sender:
  { phone: ([ .From, .WaId | phone ][0]), waUserId: ([ .ExternalUserId, .From, .WaId | user_id ][0]) };

def message:
  sid as $sid
  | sender as $sender
  | if $sid == null then error("neither a message nor a status: it has no MessageSid")
    elif $sender.phone == null and $sender.waUserId == null then error("the message has no sender")
    else {
      channel: (.To | address),
      messageId: $sid,
      kind: kind,
      phone: $sender.phone,
      waUserId: $sender.waUserId,
      name: (.ProfileName | told),
      text: text,
      at: null,                       # Twilio tells no time
      referral: referral,
      context: context,
      media: media
    } end;

# The emoji comes as the text; without one it was taken back. Nothing when it tells no message.
def reaction:
  { change: "reaction", id: sid, messageId: (.OriginalRepliedMessageSid | told), emoji: (.Body | told), at: null }
    + sender
  | select(.messageId != null and (.phone != null or .waUserId != null));

# --- News of a message that we sent ---

def status_word:
  [ .MessageStatus, .SmsStatus, .EventType | told | select(. != null) ][0]
  | ascii_downcase
  | if . == "undelivered" then "failed" else . end;

def status:
  status_word as $word
  | [ .ErrorCode | told | select(. != null and . != "0") ][0] as $code
  | { status: $word,
      messageId: sid,
      channel: (.From | address),
      ourKey: null,
      errorCode: $code,
      error: (if $code == null and $word != "failed" then null
              else [ $code, (.ChannelStatusMessage, .ErrorMessage | told) | select(. != null) ] | join(": ") | told end),
      phone: ([ .To | phone ][0]),
      waUserId: ([ .To | user_id ][0]),
      pricing: null,
      at: null }
  | select(.messageId != null);

if type != "object" then error("twilio: the event is not an object of parameters")
else
  . as $raw
  | first_of_each
  | [ if is_status then status
      elif .MessageType == "reaction" then reaction
      else try message catch { malformed: ., raw: $raw } end ]
end
