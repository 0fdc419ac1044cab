-- wrk: sends each post of the file POSTS once.
local answered = 0

function init()
  requests, at = {}, -1 -- wrk asks for one request before the first that it sends
  for line in io.lines(os.getenv("POSTS")) do
    local signature, body = line:match("^(%x+)\t(.*)$")
    table.insert(requests, wrk.format("POST", "/webhook/whatsapp/meta",
      { ["Content-Type"] = "application/json", ["X-Hub-Signature-256"] = "sha256=" .. signature }, body))
  end
  last = wrk.format("GET", "/actuator/health/liveness")
end

function request()
  at = at + 1
  return requests[at] or last
end

function response()
  answered = answered + 1
  if answered >= #requests then
    wrk.thread:stop()
  end
end
