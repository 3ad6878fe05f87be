package wire

// ErrorCode says why a request was refused, in a word that never changes.
type ErrorCode string

// Known lists the codes of this version. Clients must be ready for others: a
// newer server may have more to say.
func (ErrorCode) Known() []string {
	return []string{
		"taken", "limit", "not_offered", "gone", // chat.accept
		"not_owner", "completed", "window_closed", "thread_not_owned", "too_long", // chat.send
		"self", "unknown_target", // chat.transfer
		"no_channel", "never_wrote", "owned", // chat.initiate
		"bad_request", "unknown_type", "forbidden", "busy", "internal", "quarantined", // any
	}
}
