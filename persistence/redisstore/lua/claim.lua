-- Makes the caller the owner of a partition.
--
-- KEYS: 1 ledger
-- ARGV: 1 the epoch the caller has seen, empty = only look
--
-- Gives {"claimed", epoch, seq}; {"epoch", epoch} when it is not the one seen
-- (nothing is written: a claim that arrives late must not fence a newer owner);
-- {"damaged"}.

local epoch, number, seq, generation = read(KEYS[1])
if not epoch then
  return {'damaged'}
end
if ARGV[1] ~= epoch then
  return {'epoch', epoch}
end
local raised = string.format('%.0f', tonumber(epoch) + 1)
write(KEYS[1], raised, '0', seq, generation, '0', '')
return {'claimed', raised, seq}
