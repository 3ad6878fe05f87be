// Package simulate drives simulated customers and operators against a running
// server and judges what came of it: every message sent was seen by exactly one
// owner, in order, once; every answer reached its customer once.
//
//	     driver --acts--> World (package simulator) --signed webhooks--> server
//	                        ^                                              |
//	answers, judged  <------+------ provider API calls (switchboard) <-----+
//	                                                                       |
//	  operators (websocket clients of the contract) <---- feed ------------+
//	           |
//	           +--> record --> History --> Judge --> Verdict
//
// A run meets the server in one of two ways. The demo's channels are joined to a
// Switchboard, which hands the providers' part over to the run for a while. Any
// other server is met on the address that its channels' api_url names.
//
// Operators know of the server what the contract says and nothing else: what
// they record is what a careful client would show, and every hole, double or
// disorder of their feed is a finding.
package simulate
