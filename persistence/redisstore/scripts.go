package redisstore

import (
	_ "embed" // the scripts

	"github.com/redis/go-redis/v9"
)

var (
	//go:embed lua/ledger.lua
	ledgerLua string
	//go:embed lua/claim.lua
	claimLua string
	//go:embed lua/commit.lua
	commitLua string
	//go:embed lua/forget.lua
	forgetLua string
	//go:embed lua/outbox.lua
	outboxLua string
)

// scripts are what runs on the server, by digest; by text where the server does
// not know the digest (after a restart or SCRIPT FLUSH). Then nothing had been
// run, so that is no repetition. Their first line makes Redis look at memory,
// disk and role before a script starts, not in its middle.
type scripts struct{ claim, commit, forget, outbox *redis.Script }

func newScripts() scripts {
	return scripts{
		claim:  redis.NewScript("#!lua\n" + ledgerLua + claimLua),
		commit: redis.NewScript("#!lua\n" + ledgerLua + commitLua),
		// It only deletes, which must go on where memory is full.
		forget: redis.NewScript("#!lua flags=allow-oom\n" + ledgerLua + forgetLua),
		outbox: redis.NewScript("#!lua flags=no-writes\n" + outboxLua),
	}
}
