package channel

// IDType says what kind of identity a ContactID is.
type IDType string

// Identity types. A value is unique within (provider account, type).
const (
	PSID    IDType = "psid"     // Messenger: page-scoped id
	WAPhone IDType = "wa_phone" // WhatsApp: digits of the number
	BSUID   IDType = "bsuid"    // WhatsApp: business-scoped user id, "US.1349..."
	TGUser  IDType = "tg_user"  // Telegram: user id, equal to the id of the private chat
)

// ContactID is one identity of a customer at a provider; an opaque string, never a number.
type ContactID struct {
	Type  IDType
	Value string
}

// ContactRef is what one webhook says about a customer.
//
// A WhatsApp customer may come with a BSUID, a phone number, or both, in any order over time. IDs holds all the body
// names, the BSUID first (it is the identity that stays while the number is hidden), then the number. So that a
// conversation stays one, whoever keeps conversations looks up every id of IDs: the first known one leads to the
// conversation, and the others are then noted as aliases of it; where two ids are known and differ, the phone number
// leads and nothing is merged silently.
type ContactRef struct {
	IDs         []ContactID // best first
	Name        string      // full name as shown by the provider, may be empty
	First, Last string
	Username    string
	Phone       string // digits, when the provider tells it
	Language    string // BCP 47 as given, may be empty
}

// Primary returns the leading identity; zero when there is none.
func (c ContactRef) Primary() ContactID {
	if len(c.IDs) == 0 {
		return ContactID{}
	}
	return c.IDs[0]
}

// Aliases returns the identities after the leading one.
func (c ContactRef) Aliases() []ContactID {
	if len(c.IDs) < 2 {
		return nil
	}
	return c.IDs[1:]
}

// ID returns the value of the first identity of that type, empty when there is none.
func (c ContactRef) ID(t IDType) string {
	for _, id := range c.IDs {
		if id.Type == t {
			return id.Value
		}
	}
	return ""
}

// Profile is what a provider told about a customer on request. Empty fields are unknown.
type Profile struct {
	Name, First, Last, Username, Phone, Language string
	Photo                                        *Attachment // located like any attachment; nil = none
}
