# What Wati posts becomes an array in the shape that all providers share: a customer's message, a status
# of a message of ours, an answer that a person of the business gave in Wati, a notice about a template.
# https://docs.wati.io/reference/webhooks
#
# One event, or a list of them. Wati posts some twice, as sentMessageREAD and sentMessageREAD_v2 or
# with _bsuid at the end: they give the same ids, so that one of them counts.
#
# To try a change: jq -f routes/in/wati.jq event.json
# To keep it, add a sample in src/test/resources/in/wati.
# jq here is jackson-jq: every `if` has an `else`; names such as `todate`, `trim`, `IN` are missing.

# An id, name or number as text. Null when it is empty, absent or something else.
def told:
  if type == "number" then tostring
  elif type == "string" and . != "" then .
  else null end;

# What a person wrote; another type than text is a mistake that somebody should see.
def words:
  if . == null or . == "" then null
  elif type == "string" then .
  else error("a text is of type " + type) end;

# The first that is there.
def first_told(f): [ f | told | select(. != null) ][0];

def user_id:
  told | select(. != null and contains(".") and test("\\A[A-Z]{2}\\.(ENT\\.)?[A-Za-z0-9]{1,128}\\z"));

def phone:
  told | select(. != null and test("\\A[^A-Za-z]*[0-9][^A-Za-z]*\\z"));

# Seconds since 1970 (milliseconds are known by their size), or 2026-11-01T10:00:00.1234567Z.
def instant:
  told
  | if . == null then null
    elif test("\\A[0-9]{1,14}(\\.[0-9]+)?\\z") then
      tonumber
      | if . > 1000000000000 then . / 1000 else . end
      | if . > 253402300799 then error("the timestamp is after the year 9999") else . end
      | floor | todateiso8601
    elif test("\\A[0-9-]{10}T[0-9:]{8}(\\.[0-9]+)?Z\\z") then sub("(\\.[0-9]+)?Z\\z"; "Z")
    else error("the timestamp is no time: " + .) end;

def without_nulls: with_entries(select(.value != null)) | if length == 0 then null else . end;

def guarded(f): . as $raw | try f catch { malformed: ., raw: $raw };

# --- What a message says ---

def kind: (.type | told) // "text" | if . == "voice" then "audio" else . end;

def text:
  first_told(
    (.listReply | objects | .title),
    (.interactiveButtonReply | objects | .title),
    (.buttonReply | objects | .text))
  // (.text | words);

def media:
  .type as $type
  | if any(("image", "video", "document", "audio", "voice", "sticker"); . == $type) and (.data | told) != null
    then { id: null, mimeType: null, url: .data }
    else null end;

# The ad that led here, named as Meta names it; sourceType comes without an ad, too.
def referral:
  if first_told(.sourceId, .sourceUrl) == null then null
  else
    { source_id: .sourceId, source_url: .sourceUrl, source_type: .sourceType }
    | map_values(told) | without_nulls
  end;

def context:
  { id: (.replyContextId | told),
    forwarded: (if .forwarded == true then true else null end),
    frequently_forwarded: (if .frequentlyForwarded == true then true else null end) }
  | without_nulls;

def customer: { phone: ([ .waId | phone ][0]), waUserId: ([ .bsuid, .waId | user_id ][0]) };

def somebody($what): if .phone == null and .waUserId == null then error($what) else . end;

def at: first_told(.timestamp, .created) | instant;

def message:
  (customer | somebody("the message has no sender")) as $sender
  | {
      channel: (.channelPhoneNumber | told),
      messageId: first_told(.whatsappMessageId, .id),
      kind: kind,
      phone: $sender.phone,
      waUserId: $sender.waUserId,
      name: first_told(.senderName, .username),
      text: text,
      at: at,
      referral: referral,
      context: context,
      media: media
    }
  | if .messageId == null then error("the message has no id") else . end;

# The emoji comes as the text; without one it was taken back. Nothing when it tells no message.
def reaction:
  select((.replyContextId | told) != null)
  | { change: "reaction", id: first_told(.whatsappMessageId, .id), messageId: (.replyContextId | told),
      emoji: (.text | words), at: at }
    + (customer | somebody("the reaction has no sender"));

# What a person wrote to the customer in Wati; not what a bot, a broadcast or this hub sent.
def answer:
  select(first_told(.operatorEmail, .operatorName) != null
    and (.chatbotTriggeredEventId | told) == null and .type != "template")
  | first_told(.whatsappMessageId, .id) as $id
  | select($id != null)
  | { change: "answer", id: $id, messageId: $id, channel: (.channelPhoneNumber | told),
      kind: kind, text: text, at: at }
    + (customer | somebody("the answer has no receiver"));

# --- News of messages that were sent ---

# For each id that the message goes by: the one we gave it and WhatsApp's. Wati's own only when alone.
# Where there are two, the first is a copy: it is the same message, and costs nothing of its own.
def status($word):
  [ .localMessageId, .whatsappMessageId | told | select(. != null) ] as $ids
  | (if ($ids | length) == 0 then .id | told | select(. != null) else $ids | unique | .[] end) as $id
  | {
      status: $word,
      messageId: $id,
      channel: (.channelPhoneNumber | told),
      ourKey: null,
      errorCode: (.failedCode | told),
      error: ([ .failedCode, .failedDetail | told | select(. != null) ] | join(": ") | told),
      phone: customer.phone,
      waUserId: customer.waUserId,
      pricing: null,
      at: (try at catch null)
    }
    + (if $ids | unique | length > 1 then { copy: ($id == .localMessageId) } else {} end);

# --- News of templates ---

def template_status:
  if type == "number" then
    [ null, "PENDING", "APPROVED", "REJECTED", "DELETED", "PENDING_INTERNAL", "DISABLED", "PAUSED" ][floor] // tostring
  else told end;

def template:
  (.oldTemplateStatus | template_status) as $before
  | { notice: "template", id: null, channel: (.channelPhoneNumber | told),
      subject: first_told(.templateName, .templateId), event: (.newTemplateStatus | template_status),
      text: (if $before == null then null else "before: " + $before end),
      at: at };

# --- The event ---

def of_event:
  if type != "object" then error("the event is not an object")
  elif (.eventType | told) == null then error("the event tells no eventType")
  else
    (.eventType | told | rtrimstr("_bsuid") | rtrimstr("_v2")) as $event
    | if $event == "message" or $event == "messageReceived" then
        if .owner == true or .owner == "true" then answer
        elif .type == "reaction" then reaction
        else message end
      elif $event == "sessionMessageSent" then status("sent"), answer
      elif $event == "templateMessageSent" then status("sent")
      elif $event == "sentMessageDELIVERED" then status("delivered")
      elif $event == "sentMessageREAD" then status("read")
      elif $event == "sentMessageREPLIED" then status("replied")
      elif $event == "sessionMessageFailed" or $event == "templateMessageFailed" then status("failed")
      elif $event == "templateReviewed" then template
      else empty end
  end;

if type == "object" then [ guarded(of_event) ]
elif type == "array" then [ .[] | guarded(of_event) ]
else error("wati: the event is neither an object nor a list") end
