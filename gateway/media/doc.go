// Package media fetches customers' media and profile pictures from addresses that customers and providers name.
//
// Such an address is hostile until proven otherwise: it may point into our own network, never end, trickle, redirect or explode.
// One guarded Client answers all of that: https only, the resolved address checked at the moment of connecting (so a name that
// resolves differently the second time gains nothing), at most three redirects that lose the token, no compression, caps on size,
// time and slowness. Hosts named in the configuration as ours (the built-in simulator on loopback) are exempt from the first two.
// No error text contains a URL, because providers put tokens into theirs.
package media
