# What Meta posts for WhatsApp, and 360dialog hands on, becomes an array in the shape that all providers share.
# https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/overview
#
# Messages of customers, statuses of ours, changes of what was said or of who said it, notices about
# the account: docs/routes.md names their fields. Groups, calls and what is not known are left out.
# What cannot be read comes out as { malformed: why, raw: the element }; the rest goes on.
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

def without_nulls: with_entries(select(.value != null));

# Turns an error of f into an element that says why, so that its neighbours are not lost.
def guarded(f): . as $raw | try f catch { malformed: ., raw: $raw };

# The elements of a list that may be absent.
def list($name):
  .[$name]
  | if . == null then empty
    elif type == "array" then .[]
    else error($name + " is not a list") end;

def must_be_object($what): if type == "object" then . else error($what + " is not an object") end;

def required($why): if . == null then error($why) else . end;

# --- What one message says ---

def kind: (.type | told) // "unknown" | if . == "voice" then "audio" else . end;

# What was filled into a form, a line for each field: "budget: 250000".
def form_fields:
  [ .response_json | strings | (try fromjson catch null) | objects | to_entries[]
    | select(.key != "flow_token" and .value != null and .value != "")
    | .key + ": " + (.value | if type == "string" then . else tojson end) ]
  | join("\n") | told;

def text:
  if .type == "text" then .text.body
  elif .type == "image" or .type == "video" or .type == "document" then .[.type].caption
  elif .type == "button" then .button.text
  elif .type == "order" then .order.text
  elif .type == "interactive" then
    .interactive
    | if .type == "button_reply" then .button_reply.title
      elif .type == "list_reply" then .list_reply.title
      elif .type == "nfm_reply" then .nfm_reply | form_fields // (.body | words) // .name
      else null end
  else null end
  | words;

def media:
  .type as $type
  | if any(("image", "video", "document", "audio", "voice", "sticker"); . == $type)
    then .[$type] else null end
  | if . == null then null
    else { id: (.id | told), mimeType: (.mime_type | told) }
      + ({ caption, filename, url } | map_values(told) | without_nulls)
    end;

def place:
  .location
  | if . == null then null
    else must_be_object("the location") | { latitude, longitude, name, address, url } | without_nulls end;

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

# What a message, an edit, a reaction share: who it is from.
def sender_in($value):
  contact_in($value) as $contact
  | { phone: ([ .from, $contact.wa_id | phone ][0]),
      waUserId: ([ .from_user_id, $contact.user_id, .from, $contact.wa_id | user_id ][0]),
      name: ([ $contact.profile | objects | .name | told ][0]) };

def channel: [ .metadata | objects | .phone_number_id | told ][0];

def message_in($value):
  sender_in($value) as $sender
  | if (.id | told) == null then error("the message has no id")
    elif $sender.phone == null and $sender.waUserId == null then error("the message has no sender")
    else {
      channel: ($value | channel),
      messageId: (.id | told),
      kind: kind,
      phone: $sender.phone,
      waUserId: $sender.waUserId,
      name: $sender.name,
      text: text,
      at: (.timestamp | instant),
      referral: (.referral | filled_object),
      context: (.context | filled_object),
      media: (if .type == "location" then place else media end)
    } end;

# --- What became of a message, or of a person ---

def change($name; $person):
  { change: $name, id: (.id | told), phone: $person.phone, waUserId: $person.waUserId,
    at: (.timestamp | instant) };

# The message that an edit or a revoke is about.
def original($name):
  .[$name]
  | must_be_object("the " + $name)
  | .original_message_id | told | required("the " + $name + " names no message");

def edit($person):
  change("edit"; $person)
    + { messageId: original("edit"), text: (.edit.message | if . == null then null else text end) };

def revoke($person): change("revoke"; $person) + { messageId: original("revoke") };

def reaction($person):
  change("reaction"; $person)
    + (.reaction | must_be_object("the reaction")
       | { messageId: (.message_id | told | required("the reaction names no message")), emoji: (.emoji | told) });

# A person who has another number or another user id from now on.
def identity:
  .system as $system
  | if $system.type == "user_changed_number" or $system.type == "user_changed_user_id" then
      change("identity";
        { phone: ([ .from, $system.customer | phone ][0]),
          waUserId: ([ $system.previous_user_id, .from_user_id, .from | user_id ][0]) })
      + { newPhone: ([ $system.wa_id, $system.new_wa_id | phone ][0]),
          newWaUserId: ([ $system.user_id, $system.new_user_id, $system.wa_id | user_id ][0]) }
    else empty end
  | if .phone == null and .waUserId == null then error("the system note names nobody")
    elif .newPhone == null and .newWaUserId == null then error("the system note tells nothing new")
    else . end;

def written_in($value):
  if .group_id != null and .group_id != "" then empty
  elif .type == "text" then message_in($value)
  elif .type == "reaction" then reaction(sender_in($value))
  elif .type == "edit" then edit(sender_in($value))
  elif .type == "revoke" then revoke(sender_in($value))
  elif .type == "system" then identity
  elif .type == "request_welcome" then empty
  else message_in($value) end;

# What a person of the business did in the phone app.
def echo_in($value):
  { phone: ([ .to | phone ][0]), waUserId: ([ .to_user_id, .to | user_id ][0]) } as $customer
  | if (.group_id != null and .group_id != "") or .type == "reaction" or .type == "system" then empty
    elif .type == "edit" then edit($customer)
    elif .type == "revoke" then revoke($customer)
    elif (.id | told) == null then error("the echo has no id")
    elif $customer.phone == null and $customer.waUserId == null then error("the echo has no receiver")
    else change("answer"; $customer)
      + { messageId: (.id | told), channel: ($value | channel), kind: kind, text: text }
    end;

# Whether a person wants marketing messages.
def preference:
  (if .value == "stop" then "opt-out" elif .value == "resume" then "opt-in" else null end) as $wish
  | select($wish != null)
  | { phone: ([ .wa_id | phone ][0]), waUserId: ([ .user_id, .wa_id | user_id ][0]) } as $person
  | if $person.phone == null and $person.waUserId == null then error("the preference is nobody's")
    else change($wish; $person) end;

# --- News of messages that we sent; what cannot be read tells nothing ---

def status_in($value):
  objects
  | select((.id | told) != null and (.status | told) != null and .recipient_type != "group")
  | [ .errors | arrays | .[] | objects ][0] as $error
  | {
      status: (.status | told),
      messageId: (.id | told),
      channel: ($value | channel),
      ourKey: (.biz_opaque_callback_data | told),
      errorCode: ($error.code | told),
      error: ([ $error.code, ($error.title | told) // $error.message | told | select(. != null) ]
              | join(": ") | told),
      phone: ([ .recipient_id | phone ][0]),
      waUserId: ([ .recipient_user_id, .recipient_id | user_id ][0]),
      pricing: ([ .pricing | objects | { billable, model: .pricing_model, category, type } ][0]),
      at: (.timestamp | try instant catch null)
    };

# --- News of our numbers, templates and account ---

# { reason: "SPAM", title: null } as "reason: SPAM".
def facts:
  to_entries
  | map(.value |= told | select(.value != null and .value != "NONE") | .key + ": " + .value)
  | join(", ") | told;

# What field the provider tells it in says what it is about; nothing for a field that is not known.
def about_us($field):
  if $field == "message_template_status_update" then
    [ .other_info | objects ][0] as $more
    | { notice: "template", event,
        text: { language: .message_template_language, reason, title: $more.title, description: $more.description } }
  elif $field == "message_template_quality_update" then
    { notice: "template", event: .new_quality_score, text: { previous_quality_score } }
  elif $field == "template_category_update" then
    { notice: "template", event: .new_category, text: { previous_category, correct_category } }
  elif $field == "phone_number_quality_update" then
    { notice: "quality", subject: .display_phone_number, event,
      text: { current_limit, old_limit, max_daily_conversations_per_business } }
  elif $field == "business_capability_update" then
    { notice: "quality", text: { max_daily_conversation_per_phone, max_daily_conversations_per_business } }
  elif $field == "phone_number_name_update" then
    { notice: "account", subject: .display_phone_number, event: .decision,
      text: { name: .requested_verified_name, reason: .rejection_reason } }
  elif $field == "account_update" then
    { notice: "account", subject: .phone_number, event,
      text: { ban_state: [ .ban_info | objects | .waba_ban_state ][0],
              violation: [ .violation_info | objects | .violation_type ][0],
              restriction: ([ .restriction_info | arrays | .[] | objects | .restriction_type | strings ] | join(" ")) } }
  elif $field == "account_alerts" then
    { notice: "account", subject: .entity_id, event: .alert_type,
      text: { severity: .alert_severity, status: .alert_status, description: .alert_description } }
  elif $field == "account_review_update" then { notice: "account", event: .decision, text: {} }
  elif $field == "security" then
    { notice: "account", subject: .display_phone_number, event, text: {} }
  else empty end;

def notice($field; $time):
  (.message_template_name // .message_template_id) as $template
  | about_us($field)
  | { notice, id: null, channel: null, subject: (.subject // $template | told),
      event: (.event | told), text: (.text | facts), at: $time };

# Errors that come alone are about the number or the account.
def trouble_in($value; $time):
  select(.messages == null and .statuses == null)
  | .errors | arrays | .[] | objects
  | { notice: "error", id: null, channel: ($value | channel),
      subject: ([ $value.metadata | objects | .display_phone_number | told ][0]), event: (.code | told),
      text: ([ .title, (.error_data | objects | .details) | told | select(. != null) ] | join(": ") | told),
      at: $time };

# --- The envelope: entries, their changes, their values ---

def elements_of_value($field; $time):
  must_be_object("the value of the change")
  | . as $value
  | if $field == null or $field == "messages" then
      (.statuses | arrays | .[] | status_in($value)),
      trouble_in($value; $time),
      (list("messages") | guarded(must_be_object("the message") | written_in($value)))
    elif $field == "smb_message_echoes" then
      list("message_echoes") | guarded(must_be_object("the echo") | echo_in($value))
    elif $field == "user_preferences" then
      list("user_preferences") | guarded(must_be_object("the preference") | preference)
    else notice($field; $time) end;

def elements_of_change($time):
  must_be_object("the change")
  | .field as $field
  | .value
  | select(. != null and ($field | type == "string" or . == null))
  | elements_of_value($field; $time);

if type != "object" then error("meta: the event is not a JSON object")
elif (.entry | type) == "array" then
  [ .entry[]
    | guarded(
        must_be_object("the entry")
        | (.time | try instant catch null) as $time
        | list("changes")
        | guarded(elements_of_change($time))) ]
# An old way of 360dialog's: the value alone.
elif .entry == null and any((.messages, .statuses); type == "array") then [ guarded(elements_of_value(null; null)) ]
else error("meta: entry is not a list")
end
