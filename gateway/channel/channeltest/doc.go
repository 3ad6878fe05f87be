// Package channeltest runs the same checks over every adapter: payload in -> events, message out -> exact HTTP request,
// provider's answer -> class of error, and one bad event never loses its neighbours.
package channeltest
