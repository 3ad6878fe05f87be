-- Forgets items that have been moved to the completed history, if they are still what was moved.
--
-- KEYS: 1 ledger  2 the entity's hash  3 settled
-- ARGV: 1 epoch of the partition's owner  2 mark that is done with, empty = not yet  3 since when it stood
--       then of every item: field, SHA-1 (hex) of the value that was moved
--
-- Gives {"forgotten", how many}, or why nothing was done: {"fenced", epoch}, {"damaged"}. An item that was
-- put again meanwhile stays, and so does a mark that was set again.

local epoch = read(KEYS[1])
if not epoch then
  return {'damaged'}
end
if ARGV[1] ~= epoch then
  return {'fenced', epoch}
end
local fields, gone = {}, {}
for i = 4, #ARGV, 2 do
  fields[#fields + 1] = ARGV[i]
end
if #fields > 0 then
  local values = redis.call('HMGET', KEYS[2], unpack(fields))
  for i = 1, #fields do
    if values[i] and redis.sha1hex(values[i]) == ARGV[3 + 2 * i] then
      gone[#gone + 1] = fields[i]
    end
  end
  if #gone > 0 then
    redis.call('HDEL', KEYS[2], unpack(gone))
  end
end
if ARGV[2] ~= '' and redis.call('HGET', KEYS[3], ARGV[2]) == ARGV[3] then
  redis.call('HDEL', KEYS[3], ARGV[2])
end
return {'forgotten', #gone}
