// Package whatsapp speaks the WhatsApp Cloud API. A customer may be known by a number, a business-scoped user id, or
// both; neither is needed for the other.
package whatsapp
