-- wrk: sends each post of the file POSTS once; then asks for the health, slowly, until wrk is ended.
function init()
  requests, at = {}, 0
  for line in io.lines(os.getenv("POSTS")) do
    local signature, body = line:match("^(%x+)\t(.*)$")
    table.insert(requests, wrk.format("POST", "/webhook/whatsapp/meta",
      { ["Content-Type"] = "application/json", ["X-Hub-Signature-256"] = "sha256=" .. signature }, body))
  end
  idle = wrk.format("GET", "/actuator/health/liveness")
end

function delay()
  return at < #requests and 0 or 1000
end

function request()
  at = at + 1
  return requests[at] or idle
end
