// Package operator is the pure machine of one operator: preferred and
// effective status, presence, and the slots that hold his chats and offers.
//
// Every way to a chat leads through a slot of this machine, and all slots of an
// operator change one after another here, so the limit holds by construction
// (I3) and an offer's expiry and its acceptance cannot both win (I7).
//
//	status:   effective = preferred while present, Inactive otherwise (S13, S14)
//
//	presence: absent --SignIn, Connect--> present --SignOut(last)--> absent
//	          present --Disconnect--> present until now+grace --Tick--> absent
//
//	slot:     (none) --Offer--> [offered] --Accept--> [asking] --Granted--> [active]
//	             |                  |                    |
//	             |                  | Decline, Tick      | Refused
//	             |                  v (expired: Inactive)v
//	             |                (none)               (none)
//	             +--Accept--> [asking]     (everyone: nothing was reserved before)
//	             +--Reserve--> [reserved] --Granted--> [active] --Released--> (none)
//
// The caller's duties are those of package chat: make the Change durable as one
// commit, only then answer, notify and work. What one entity tells another must
// arrive in the order in which it was told (a Grant before the Release of the
// same chat); arriving twice is harmless.
package operator
