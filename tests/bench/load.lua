-- Sends ready-made requests. REQUESTS is a file with one "METHOD<TAB>path<TAB>body" a line; reads are drawn at
-- random, writes follow each other from a place that SEED chooses. TOKEN, when given, signs every request.
local headers = {["Content-Type"] = "application/json"}
local token = os.getenv("TOKEN") or ""
if token ~= "" then headers["Authorization"] = "Bearer " .. token end

local ready, is_write = {}, false
for line in io.lines(os.getenv("REQUESTS")) do
  local method, path, body = line:match("^(.-)\t(.-)\t(.*)$")
  is_write = method ~= "GET"
  ready[#ready + 1] = wrk.format(method, path, headers, is_write and body or nil)
end

math.randomseed(tonumber(os.getenv("SEED") or "1"))
local place = math.random(#ready)

function request()
  if not is_write then return ready[math.random(#ready)] end
  place = place % #ready + 1
  return ready[place]
end
