// Package browser plays stories of the operators' workspace in a real browser,
// against the real server and the simulated providers. It holds tests only.
//
//	go test: the theatre                      node: the stories (gateway/workspace/e2e)
//	  stage: World (customers)                  vitest, playwright-core
//	         server child  <-- line <---------- Chromium, an operator
//	  HTTP, JSON           <------------------- "kill the server", "customer 1 writes"
//
// A stage is a company of its own: a simulated world, a server that is the test's
// own binary started again (so kill -9 is real, and the race detector looks on),
// and a line between browser and server that can be cut. Its url is the line's,
// which stays while servers come and go. Customers write past the line.
//
// TestWorkspaceInChromium runs the stories. PARLEY_STORY picks files by a part
// of their name; PARLEY_CHROMIUM names the browser, else PATH is asked. With
// PARLEY_SCREENSHOTS=1 TestScreenshots takes pictures, with PARLEY_FIGURES=1
// TestFigures measures (without -race, or the detector is measured too).
// PARLEY_BROWSER_LOG keeps the servers' logs in the folder it names. While
// stories are being written a theatre can be left standing:
//
//	PARLEY_THEATRE_AT=127.0.0.1:9070 go test -timeout 0 -v -run TestStandingTheatre ./cmd/parley/browser
//	cd gateway/workspace && PARLEY_THEATRE=http://127.0.0.1:9070 PARLEY_CHROMIUM=$(command -v chromium) \
//		node_modules/.bin/vitest --config e2e/vitest.config.ts NAME
package browser
