-- What every script knows of a ledger (in front of claim.lua, commit.lua and forget.lua).
--
-- A ledger is a string: 8 hex digits of a SHA-1 over key and text, a blank, and
-- the text "EPOCH NUMBER SEQ GENERATION CHANGES EXCEPTIONS". Numbers are decimal;
-- CHANGES is the size of the newest batch, EXCEPTIONS its outcomes that are not
-- "written" (empty or MessagePack).

local function check(key, text)
  return string.sub(redis.sha1hex(key .. ' ' .. text), 1, 8)
end

-- Gives the six parts as strings, those of a new partition when there is no
-- ledger, or nil when it is damaged.
local function read(key)
  local raw = redis.call('GET', key)
  if not raw then
    return '0', '0', '0', '0', '0', ''
  end
  local text = string.sub(raw, 10)
  if string.sub(raw, 1, 8) ~= check(key, text) then
    return nil
  end
  return string.match(text, '^(%d+) (%d+) (%d+) (%d+) (%d+) (.*)$')
end

local function write(key, epoch, number, seq, generation, changes, exceptions)
  local text = table.concat({epoch, number, seq, generation, changes, exceptions}, ' ')
  redis.call('SET', key, check(key, text) .. ' ' .. text)
end
