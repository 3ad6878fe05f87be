// Package template is the pure part of quick replies (S37): which of a template's texts a chat gets, what its macros become,
// and which templates a search finds. It knows literal macros only; what is put in for one is text and is never read again.
package template
