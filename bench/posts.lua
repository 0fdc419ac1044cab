-- wrk: sends the posts of the file POSTS, each once; wraps around when there are too few.
local threads = {}

function setup(thread)
  thread:set("number", #threads)
  table.insert(threads, thread)
end

function init()
  local every = tonumber(os.getenv("THREADS"))
  requests, at = {}, 0
  local line_number = 0
  for line in io.lines(os.getenv("POSTS")) do
    if line_number % every == number then
      local signature, body = line:match("^(%x+)\t(.*)$")
      local headers = {
        ["Content-Type"] = "application/json",
        ["X-Hub-Signature-256"] = "sha256=" .. signature,
      }
      table.insert(requests, wrk.format("POST", "/webhook/whatsapp/meta", headers, body))
    end
    line_number = line_number + 1
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end

-- With DELAY a connection waits so many milliseconds before each post.
local wait = tonumber(os.getenv("DELAY") or "0")
if wait > 0 then
  function delay()
    return wait
  end
end

-- One line that run.sh reads: posts answered, seconds, p50 and p99 in ms, refused, broken.
function done(summary, latency)
  local errors = summary.errors
  io.stderr:write(string.format("%d %.2f %.1f %.1f %d %d\n",
    summary.requests, summary.duration / 1e6,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
