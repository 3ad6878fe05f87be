-- Makes the caller the owner of a partition.
--
-- KEYS: 1 ledger  2 outbox
-- ARGV: 1 the epoch the caller has seen, empty = only look, "damaged" = make a damaged ledger anew
--       2 and 3 epoch and outbox number that were certainly never given out, 4 generation: for a new one
--
-- Gives {"claimed", epoch, seq}; {"epoch", epoch} when it is not the one seen
-- (nothing is written: a claim that arrives late must not fence a newer owner);
-- {"damaged"}.

local epoch, number, seq, generation = read(KEYS[1])
if not epoch then
  if ARGV[1] ~= 'damaged' then
    return {'damaged'}
  end
  seq = ARGV[3]
  local last = redis.call('ZREVRANGE', KEYS[2], 0, 0, 'WITHSCORES')
  if last[2] and tonumber(last[2]) >= tonumber(seq) then
    seq = string.format('%.0f', tonumber(last[2]) + 1)
  end
  write(KEYS[1], ARGV[2], '0', seq, ARGV[4], '0', '')
  return {'claimed', ARGV[2], seq}
end
if ARGV[1] ~= epoch then
  return {'epoch', epoch}
end
local raised = string.format('%.0f', tonumber(epoch) + 1)
write(KEYS[1], raised, '0', seq, generation, '0', '')
return {'claimed', raised, seq}
