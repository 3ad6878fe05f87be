-- Writes one batch of a partition, whole or not at all.
--
-- KEYS: 1 ledger  2 outbox  3 begun  4 due  5 generations
--       6..8 idempotency keys of the generation after ARGV[4], of it, and of the one before
--       then the hash of every change's entity, and last, where something is settled, settled
-- ARGV: 1 epoch  2 batch number  3 newest outbox number after this batch  4 generation of the batch's time
--       5 newest batch of this epoch whose outcome the caller knows
--       6 lowest outbox number among the entries, 0 = no entries  7 highest number in the three lists
--       8 changes  9 rested  10 begun  11 done: how many of each
--       then the numbers rested, begun and done; then of every change:
--         head: version expected (8 bytes), new due time (8 bytes), and four counts (4 bytes each):
--               idempotency keys, fields to drop, fields to set, outbox entries;
--               a fifth where something is settled: marks
--         who: kind and id of the entity, as they stand in the due set
--         keys (field, note)...  drop (field)...  set (field, value)...  entries (number, member)...
--         marks (spans, since when)...
--       All integers in bytes are big endian. The first field set is the record.
--
-- Gives {"written", exceptions} or {"repeated", exceptions}; exceptions are flat: the change's index
-- (from 0), "c" conflict, "d" conflict because the record is damaged, or "s" seen; for "s" also the
-- index of the key and its note.
-- Or why nothing was written: {"fenced", epoch}, {"late", number}, {"other"} (repeated with another
-- number of changes), {"lost", number} (the server is behind what it had acknowledged),
-- {"seq", seq} (an outbox number was given out before), {"list", seq} (or not yet), {"damaged"}.

local epoch, number, seq, generation, changes, exceptions = read(KEYS[1])
if not epoch then
  return {'damaged'}
end
if ARGV[1] ~= epoch then
  return {'fenced', epoch}
end
local n = tonumber(ARGV[8])
if ARGV[2] == number and number ~= '0' then
  if tonumber(changes) ~= n then
    return {'other'}
  end
  if exceptions ~= '' then
    return {'repeated', cmsgpack.unpack(exceptions)}
  end
  return {'repeated', {}}
end
if tonumber(ARGV[5]) > tonumber(number) then
  return {'lost', number}
end
if tonumber(ARGV[2]) <= tonumber(number) then
  return {'late', number}
end
local known = tonumber(seq)
if ARGV[6] ~= '0' and tonumber(ARGV[6]) <= known then
  return {'seq', seq}
end
local newest = seq
if tonumber(ARGV[3]) > known then
  newest = ARGV[3]
end
if tonumber(ARGV[7]) > tonumber(newest) then
  return {'list', newest}
end

-- A clock that stepped back over a generation's first moment stays in the newer one.
local now, current, previous = ARGV[4], KEYS[7], KEYS[8]
if tonumber(generation) == tonumber(now) + 1 then
  now, current, previous = generation, KEYS[6], KEYS[7]
end

-- Runs a command with any number of arguments, in even portions below what Lua can unpack. A call
-- costs more than all else here, so what changes share is gathered first. Gives the answers in one list.
local function wide(command, key, list, from, to)
  local answers
  while from <= to do
    local last = math.min(from + 5999, to)
    local answer = redis.call(command, key, unpack(list, from, last))
    if not answers then
      answers = answer
    elseif type(answer) == 'table' then
      for i = 1, #answer do
        answers[#answers + 1] = answer[i]
      end
    end
    from = last + 1
  end
  return answers
end

-- Read all idempotency keys.
local fields, starts = {}, {}
local at = 12 + tonumber(ARGV[9]) + tonumber(ARGV[10]) + tonumber(ARGV[11])
for i = 1, n do
  local keys, drop, set, out = struct.unpack('>I4I4I4I4', ARGV[at], 17)
  starts[i] = at
  for k = at + 2, at + 2 * keys, 2 do
    fields[#fields + 1] = ARGV[k]
  end
  at = at + 2 + 2 * keys + drop + 2 * set + 2 * out
  if #ARGV[starts[i]] > 32 then
    at = at + 2 * struct.unpack('>I4', ARGV[starts[i]], 33)
  end
end
local notes = wide('HMGET', current, fields, 1, #fields)
local older = nil
if #fields > 0 and redis.call('EXISTS', previous) == 1 then
  older = wide('HMGET', previous, fields, 1, #fields)
end

-- Decide everything before the first write.
local none = string.rep('\0', 16)
local flat, olds, remembered, entries = {}, {}, {}, {}
local place = 0
for i = 1, n do
  local head = ARGV[starts[i]]
  local keys = struct.unpack('>I4', head, 17)
  local seen = false
  for k = 1, keys do
    local note = notes[place + k] or older and older[place + k]
    if note then
      flat[#flat + 1] = i - 1
      flat[#flat + 1] = 's'
      flat[#flat + 1] = k - 1
      flat[#flat + 1] = note
      seen = true
      break
    end
  end
  place = place + keys
  if not seen then
    local record = redis.pcall('HGET', KEYS[8 + i], 'r')
    local stored = none
    local sound = true
    if record then
      sound = type(record) == 'string' and #record >= 21
      if sound then
        stored = string.sub(record, 6, 21)
      end
    end
    if sound and string.sub(stored, 1, 8) == string.sub(head, 1, 8) then
      olds[i] = string.sub(stored, 9, 16)
    else
      flat[#flat + 1] = i - 1
      flat[#flat + 1] = sound and 'c' or 'd'
    end
  end
end

-- What changes share comes first: should a key be of a wrong type, no entity has been touched.
local never = string.rep('\0', 8)
local sooner, later, marks = {}, {}, {}
for i = 1, n do
  if olds[i] then
    local head, who = ARGV[starts[i]], ARGV[starts[i] + 1]
    local keys, drop, set, out = struct.unpack('>I4I4I4I4', head, 17)
    local first = starts[i] + 2
    for k = first, first + 2 * keys - 1 do
      remembered[#remembered + 1] = ARGV[k]
    end
    first = first + 2 * keys + drop + 2 * set
    for k = first, first + 2 * out - 1 do
      entries[#entries + 1] = ARGV[k]
    end
    if #head > 32 then
      first = first + 2 * out
      for k = first, first + 2 * struct.unpack('>I4', head, 33) - 1 do
        marks[#marks + 1] = ARGV[k]
      end
    end
    local due = string.sub(head, 9, 16)
    if due ~= olds[i] then
      if olds[i] ~= never then
        sooner[#sooner + 1] = olds[i] .. who
      end
      if due ~= never then
        later[#later + 1] = '0'
        later[#later + 1] = due .. who
      end
    end
  end
end
wide('ZADD', KEYS[2], entries, 1, #entries)
wide('ZREM', KEYS[4], sooner, 1, #sooner)
wide('ZADD', KEYS[4], later, 1, #later)
wide('HSET', KEYS[9 + n], marks, 1, #marks)
local from = 12
wide('SREM', KEYS[3], ARGV, from, from + tonumber(ARGV[9]) - 1)
from = from + tonumber(ARGV[9])
wide('SADD', KEYS[3], ARGV, from, from + tonumber(ARGV[10]) - 1)
from = from + tonumber(ARGV[10])
local last = from + tonumber(ARGV[11]) - 1
wide('SREM', KEYS[3], ARGV, from, last)
for i = from, last do
  redis.call('ZREMRANGEBYSCORE', KEYS[2], ARGV[i], ARGV[i])
end
if #remembered > 0 then
  wide('HSET', current, remembered, 1, #remembered)
  redis.call('SADD', KEYS[5], now)
end

for i = 1, n do
  if olds[i] then
    local keys, drop, set = struct.unpack('>I4I4I4', ARGV[starts[i]], 17)
    local first = starts[i] + 2 + 2 * keys
    wide('HDEL', KEYS[8 + i], ARGV, first, first + drop - 1)
    first = first + drop
    wide('HSET', KEYS[8 + i], ARGV, first, first + 2 * set - 1)
  end
end
if tonumber(generation) > tonumber(now) then
  now = generation
end
local packed = ''
if #flat > 0 then
  packed = cmsgpack.pack(flat)
end
write(KEYS[1], epoch, ARGV[2], newest, now, ARGV[8], packed)
return {'written', flat}
