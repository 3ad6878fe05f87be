-- Reads outbox entries with their marks, as of one moment.
--
-- KEYS: 1 outbox  2 begun
-- ARGV: 1 number after which  2 limit, -1 = all
--
-- Gives {numbers and members in turns..., } and {1 = begun, 0 = not, of each}.

local found = redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. ARGV[1], '+inf', 'WITHSCORES', 'LIMIT', 0, ARGV[2])
local marks = {}
for i = 2, #found, 2 do
  marks[#marks + 1] = redis.call('SISMEMBER', KEYS[2], found[i])
end
return {found, marks}
