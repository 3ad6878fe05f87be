package verify

// Expected lists what must have been reached over some hundred stories: a fault
// that never happened has proved nothing.
func Expected() []string {
	return []string{
		"accept refused: gone", "accept refused: limit", "accept refused: not_offered", "accept refused: taken", "accepted",
		"became active", "became inactive", "burst", "calm with a chat bot", "calm with a chat completed",
		"calm with a chat in_progress", "calm with a chat waiting", "calm with an offer", "crash", "crash after a write",
		"crash before a write", "crash while sending", "crash while starting", "ended: administrator", "ended: operator",
		"ended: timeout", "ended: transfer", "errand failed", "event answered 503", "fenced", "feed ended", "frame not taken",
		"hours pass", "key seen", "limit changed", "limit of a queue changed", "members changed", "offer expired", "outage",
		"race for a chat", "read refused", "redelivered", "redelivered after its answer", "request answered busy", "resumed", "retry",
		"rule changed", "screen compared", "send", "send again", "send refused", "send refused before it left", "send rejected",
		"send unknown, not taken", "send unknown, taken", "signed out", "silence over a restart", "slow actor", "slow client",
		"slow provider", "slow read", "slow write", "snapshot instead of resuming", "status before the answer", "stop", "takeover", "took: accepted",
		"took: transferred", "transfer refused", "transferred", "withdrawn: completed", "withdrawn: declined", "withdrawn: expired",
		"withdrawn: inactive", "withdrawn: limit", "withdrawn: taken", "write refused", "write without an answer",
	}
}
