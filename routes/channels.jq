# What is heard about a channel or an account becomes what the owner is told: a list of one or none.
# The words are the providers' own; add one, and the owner hears of it. Its `key` is told once, so at most once a day.
# https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/overview
# jq here is jackson-jq: every `if` has an `else`; names such as `todate`, `trim`, `IN` are missing.

# A number: its rating (GREEN is good), and what happens when it stays low.
def quality: [ "RED", "YELLOW", "FLAGGED", "DOWNGRADE", "LOW" ];

# A template: may it be sent?
def template: [ "REJECTED", "PAUSED", "DISABLED", "FLAGGED", "LOCKED", "ARCHIVED", "PENDING_DELETION", "RED", "YELLOW" ];

# The account: these words are the good ones, all others are told.
def account_is_well: [ "OK", "active", "APPROVED", "VERIFIED_ACCOUNT", "REINSTATED", "REINSTATED_ACCOUNT", "PARTNER_ADDED",
                       "PARTNER_APP_INSTALLED", "VOLUME_BASED_PRICING_TIER_UPDATE", "ACCOUNT_OFFBOARDED_RECONNECTED" ];

def told($words): . as $word | $words | index($word) != null;

(.event // "" | tostring) as $event
| (if .notice == "quality" then $event | told(quality)
   elif .notice == "template" then $event | told(template)
   elif .notice == "account" then $event | told(account_is_well) | not
   else .notice == "error" or .notice == "token" or .notice == "silence" or .notice == "silence-over" end) as $tell
| [ if $tell then
    { key: ( [ .notice, .provider, (.channel // "-"), (.subject // "-" | tostring | .[0:80]), $event[0:40],
               # A silence is known by when it began, all else is told once a day.
               (if .notice == "silence" or .notice == "silence-over" then .at else (.at // "")[0:10] end) ]
             | map(tostring) | join("/") | .[0:180] ),
      notice,
      subject: (.subject // .channel),
      facts: ((.facts // {}) + { provider, channel, event, text }) }
  else empty end ]
