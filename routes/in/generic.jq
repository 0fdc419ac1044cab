# What any other system posts to /webhook/lead becomes the shape that all providers share:
#   { "from": "+15550002222", "body": "Hello", "timestamp": "2026-09-21T14:13:20Z",
#     "id": "42", "name": "Dana", "channel": "site" }      only "from" must be there
#
# To try a change: jq -f routes/in/generic.jq event.json
# To keep it, add a sample in src/test/resources/in/generic.
# jq here is jackson-jq: every `if` has an `else`; names such as `todate`, `trim`, `IN` are missing.

# An id, name or number as text; null when it is empty or absent.
def told($what):
  if type == "number" then tostring
  elif . == null or . == "" then null
  elif type == "string" then .
  else error($what + " is neither text nor number") end;

def user_id:
  select(. != null and test("\\A[A-Z]{2}\\.(ENT\\.)?[A-Za-z0-9]{1,128}\\z"));

def phone:
  select(. != null and test("[0-9]") and (test("[A-Za-z]") | not));

def no_time: error("the timestamp is no time: " + .);

# Seconds since 1970; milliseconds are known by their size.
def from_number:
  tonumber
  | if . > 1000000000000 then . / 1000 else . end
  | if . > 253402300799 then tostring | no_time else . end
  | floor;

# 2026-09-21T16:13:20.5+02:00; the fraction is dropped. Nothing for another form.
def from_iso:
  . as $text
  | capture("\\A(?<date>[0-9]{4}-[0-9]{2}-[0-9]{2})T(?<time>[0-9]{2}:[0-9]{2}:[0-9]{2})(\\.[0-9]+)?"
      + "(Z|(?<sign>[+-])(?<hours>[0-9]{2}):?(?<minutes>[0-9]{2}))\\z")
  | (if .sign == null then 0
     else (.sign + "1" | tonumber) * ((.hours | tonumber) * 3600 + (.minutes | tonumber) * 60)
     end) as $east
  | try (.date + "T" + .time + "Z" | fromdateiso8601) catch ($text | no_time)
  | . - $east;

def instant:
  told("timestamp")
  | if . == null then null
    elif test("\\A[0-9]{1,14}(\\.[0-9]+)?\\z") then from_number | todateiso8601
    else ([ from_iso ][0] // no_time) | todateiso8601 end;

def message:
  (.from | told("from") | if . == null then null else sub("\\A(whatsapp|tel):"; "") end) as $from
  | [ $from | phone ][0] as $phone
  | [ $from | user_id ][0] as $user_id
  | if $from == null then error("from is missing")
    elif $phone == null and $user_id == null then error("from is no phone number: " + $from)
    else {
      channel: ((.channel | told("channel")) // "generic"),
      messageId: (.id | told("id")),
      kind: "text",
      phone: $phone,
      waUserId: $user_id,
      name: (.name | told("name")),
      text: (.body | told("body")),
      at: (.timestamp | instant),
      referral: null,
      context: null,
      media: null
    } end;

if type != "object" then error("generic: the event is not a JSON object")
else [ . as $raw | try message catch { malformed: ., raw: $raw } ]
end
