# What Meta posts for WhatsApp becomes an array of messages in the shape that all providers share.
# https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/overview
#
# Only what a person wrote to us comes out: no statuses, reactions, edits, system notes, groups.
# What cannot be read comes out as { provider, malformed: why, raw: the element }; the rest goes on.
#
# To try a change: jq -f routes/in/meta.jq event.json
# To keep it, add a sample in src/test/resources/in/meta.
# A regular expression costs more than all the rest of a line: ask something plain before it.
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

# Meta's own id of a person who may hide the phone number; nothing when it is none.
def user_id:
  told | select(. != null and contains(".") and test("\\A[A-Z]{2}\\.(ENT\\.)?[A-Za-z0-9]{1,128}\\z"));

# Digits, however written; a user id sometimes stands where the phone should.
def phone:
  told | select(. != null and test("\\A[^A-Za-z]*[0-9][^A-Za-z]*\\z"));

# Seconds since 1970, as text or number; milliseconds are known by their size.
def instant:
  if . == null or . == "" then null
  elif type != "string" and type != "number" then error("the timestamp is of type " + type)
  else
    tostring
    | if test("\\A[0-9]{1,14}(\\.[0-9]+)?\\z") then tonumber
      else error("the timestamp is no time: " + .) end
    | if . > 1000000000000 then . / 1000 else . end
    | if . > 253402300799 then error("the timestamp is after the year 9999") else . end
    | floor | todateiso8601
  end;

def filled_object: if type == "object" and length > 0 then . else null end;

# Turns an error of f into an element that says why, so that its neighbours are not lost.
def guarded(f): . as $raw | try f catch { provider: "meta", malformed: ., raw: $raw };

# The elements of a list that may be absent.
def list($name):
  .[$name]
  | if . == null then empty
    elif type == "array" then .[]
    else error($name + " is not a list") end;

def must_be_object($what): if type == "object" then . else error($what + " is not an object") end;

# --- What one message says ---

# Nobody asks for anything here: never a lead.
def is_no_lead:
  .type as $type
  | (.group_id != null and .group_id != "")
    or any(("reaction", "system", "edit", "revoke", "request_welcome"); . == $type);

def kind: (.type | told) // "unknown" | if . == "voice" then "audio" else . end;

def text:
  if .type == "text" then .text.body
  elif .type == "image" or .type == "video" or .type == "document" then .[.type].caption
  elif .type == "button" then .button.text
  elif .type == "order" then .order.text
  elif .type == "interactive" then
    .interactive
    | if .type == "button_reply" then .button_reply.title
      elif .type == "list_reply" then .list_reply.title
      elif .type == "nfm_reply" then .nfm_reply | (.body | words) // .name
      else null end
  else null end
  | words;

def media:
  .type as $type
  | if any(("image", "video", "document", "audio", "voice", "sticker"); . == $type)
    then .[$type] else null end
  | if . == null then null
    else { id: (.id | told), mimeType: (.mime_type | told) }
      + ({ caption, filename, url } | map_values(told) | with_entries(select(.value != null)))
    end;

# --- Who wrote it ---

# The contact of a message; if one contact came with one message, that one, whatever its ids say.
def contact_in($value):
  . as $message
  | [ $value.contacts | arrays | .[] | objects ] as $contacts
  | [ $contacts[]
      | select(
          ((.wa_id | told) != null and .wa_id == $message.from)
          or ((.user_id | told) != null
              and (.user_id == $message.from_user_id or .user_id == $message.from))) ]
  | if length == 0 and ($contacts | length) == 1 and ($value.messages | length) == 1
    then $contacts[0] else .[0] end;

def message_in($value):
  contact_in($value) as $contact
  | [ .from, $contact.wa_id | phone ][0] as $phone
  | [ .from_user_id, $contact.user_id, .from, $contact.wa_id | user_id ][0] as $user_id
  | if (.id | told) == null then error("the message has no id")
    elif $phone == null and $user_id == null then error("the message has no sender")
    else {
      provider: "meta",
      channel: ([ $value.metadata | objects | .phone_number_id | told ][0]),
      messageId: (.id | told),
      kind: kind,
      phone: $phone,
      waUserId: $user_id,
      name: ([ $contact.profile | objects | .name | told ][0]),
      text: text,
      at: (.timestamp | instant),
      referral: (.referral | filled_object),
      context: (.context | filled_object),
      media: media
    } end;

# --- The envelope: entries, their changes, their messages ---

def messages_of_change:
  must_be_object("the change")
  | select(.field == null or .field == "messages")
  | .value
  | select(. != null)
  | must_be_object("the value of the change")
  | . as $value
  | list("messages")
  | guarded(
      must_be_object("the message")
      | select(is_no_lead | not)
      | message_in($value));

if type != "object" then error("meta: the event is not a JSON object")
elif (.entry | type) != "array" then error("meta: entry is not a list")
else
  [ .entry[]
    | guarded(
        must_be_object("the entry")
        | list("changes")
        | guarded(messages_of_change)) ]
end
