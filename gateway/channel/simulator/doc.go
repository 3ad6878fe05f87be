// Package simulator plays the outside world: the three providers and the customers who write through them.
//
// A World is one http.Handler that is at once the Graph API (Messenger and WhatsApp) and the Telegram Bot API. Its
// customers write; the World turns every act into the webhook body the provider would send, signs it the way the
// provider signs it, and redelivers it until it is acknowledged. What the company sends back is checked, answered and
// refused as the provider would, recorded per customer, and followed by the provider's receipts.
//
//	customer.Text --> event --> lane --> parcel --> POST webhook --(200)--> acknowledged
//	                              ^                    |
//	                              +---- back-off ------+ (anything else)
//
//	POST /messages --> checks --> Answer kept --> HTTP answer --> receipts and echo (events of their own)
//
// Order. Within one customer an event is first sent only after the ones before it were acknowledged, so without the
// reorder fault the order in which a customer wrote is the order in which the company could store it. EventReport.Before
// tells which pairs an observer may rely on when faults are on.
//
// Faults are chosen by name, drawn from a seed, and counted when they really happened. The package imports nothing of
// Parley: it knows the providers' protocols only, so it cannot share a mistake with the adapters it tests.
package simulator
