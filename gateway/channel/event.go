package channel

import "time"

// Kind says what an Event is about.
type Kind string

// Kinds of events. Only MessageIn and Postback may open a chat.
const (
	MessageIn      Kind = "message_in"      // the customer wrote
	MessageEcho    Kind = "message_echo"    // the company's side wrote: we, a bot, the page inbox, the phone app
	MessageEdited  Kind = "message_edited"  // Target has a new Text (and Attachments)
	MessageDeleted Kind = "message_deleted" // Target was taken back
	Postback       Kind = "postback"        // the customer pressed a button: shown as a line, counts as inbound
	Reaction       Kind = "reaction"        // Emoji was put on or taken off Target
	Receipt        Kind = "receipt"         // our message Target, or all up to Watermark, reached State
	ThreadControl  Kind = "thread_control"  // ownership of the conversation moved between applications
	Referral       Kind = "referral"        // the customer came by a link or an advertisement
	Membership     Kind = "membership"      // the customer blocked or unblocked us
	Identity       Kind = "identity"        // the customer has NewIDs from now on
	Notice         Kind = "notice"          // the provider says something about the account
)

// Sub tells the sorts of MessageIn and MessageEcho apart.
type Sub string

// Sorts of messages.
const (
	SubText        Sub = "text"        // text, attachments or both
	SubQuickReply  Sub = "quick_reply" // a prepared answer was picked; Payload has its value
	SubCommand     Sub = "command"     // Text starts with a bot command; Payload has its argument
	SubForm        Sub = "form"        // a filled form; Payload is its JSON
	SubOrder       Sub = "order"       // Text is a summary of what was ordered
	SubUnsupported Sub = "unsupported" // something that cannot be shown: Text is empty, Title of the attachment names it
)

// Author says who wrote a MessageEcho.
type Author string

// Authors of echoes.
const (
	AuthorUs       Author = "us"        // our own send, confirmed; OurID is set when it carried one
	AuthorBot      Author = "bot"       // the configured external bot (Account.BotAppID)
	AuthorInbox    Author = "inbox"     // the provider's own page inbox
	AuthorPhoneApp Author = "phone_app" // a phone on the same business number
	AuthorOther    Author = "other"     // another application
)

// State is how far one of our messages has come.
type State string

// States of a Receipt.
const (
	StateSent      State = "sent"
	StateDelivered State = "delivered"
	StateRead      State = "read"
	StateFailed    State = "failed"
)

// ThreadOp is what happened, or shall happen, to the ownership of a conversation.
type ThreadOp string

// Thread operations. ThreadRoles is told for the whole account and has no customer; ThreadRelease is only a request of ours.
const (
	ThreadPass    ThreadOp = "pass"
	ThreadTake    ThreadOp = "take"
	ThreadRequest ThreadOp = "request"
	ThreadRoles   ThreadOp = "roles"
	ThreadRelease ThreadOp = "release"
)

// Event is one thing that happened at a provider, in our words. Fields that do not belong to its Kind are zero.
type Event struct {
	Kind      Kind
	ChannelID string    // our channel
	AccountID string    // page id, phone_number_id or bot id
	Key       string    // dedupe key, unique within the channel; Kind and AccountID are in it; the same for every redelivery
	At        time.Time // provider time, UTC; the time of receipt where the provider gave none
	Standby   bool      // another application owns the conversation: we only listen

	Contact  ContactRef // the customer, all identities the body names
	Customer string     // value of Contact.Primary(): the conversation key; empty for events about the whole account

	MessageID   string // provider id of this message: mid, wamid, or chat_id:message_id
	Sub         Sub
	Text        string // text, caption, or title of a pressed button
	Payload     string // value behind a button, command argument, form JSON
	ReplyTo     string // MessageID this one answers; may be unknown to us
	Forwarded   bool
	AlbumID     string // messages with the same id were sent together
	Attachments []Attachment
	Referral    *ReferralInfo // also on a MessageIn or Postback that began with an advertisement
	CallbackID  string        // Postback that must be answered (CallbackAnswerer)

	Target    string    // MessageID an edit, deletion, reaction or receipt speaks of
	Watermark time.Time // Receipt without Target: all our messages up to then
	State     State     // Receipt
	Error     *Reason   // failed Receipt, unsupported message, Notice
	Emoji     string    // Reaction; empty when the provider does not say which was removed
	Added     bool      // Reaction: true put on, false taken off
	Edit      int       // MessageEdited: how many edits so far, 0 = not said

	Author Author // MessageEcho
	AppID  string // MessageEcho: application that wrote
	OurID  string // Outbound.OurID that came back with an echo or receipt
	Part   int    // Outbound.Part that came back with it

	Thread   ThreadOp            // ThreadControl
	FromApp  string              // ThreadControl: previous owner, empty = idle or not said
	ToApp    string              // ThreadControl: new or requested owner, empty = not said
	Metadata string              // ThreadControl: what the other application added
	Roles    map[string][]string // ThreadRoles: application id -> roles

	Blocked bool        // Membership: true = the customer does not want to hear from us
	NewIDs  []ContactID // Identity: each takes the place of the id of its type in Contact, which has the old ones
}

// Inbound reports whether the event counts as the customer's activity for the provider's answering window.
func (e *Event) Inbound() bool {
	return !e.Standby && (e.Kind == MessageIn || e.Kind == Postback || (e.Kind == Reaction && e.Added))
}

// Opens reports whether the event may open a chat when none is open.
func (e *Event) Opens() bool { return e.Kind == MessageIn || e.Kind == Postback }

// ReferralInfo says by which link or advertisement a customer came.
type ReferralInfo struct {
	Source, Type, Ref, AdID, URL, Headline, ClickID string
}

// Reason is a provider's explanation in our words.
type Reason struct {
	Class   Class  // what it means for us; empty for plain notices
	Code    int    // the provider's code
	Subcode int    // Graph error_subcode, 0 = none
	Text    string // what a person may read; no secrets
}
