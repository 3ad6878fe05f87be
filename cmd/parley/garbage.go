package main

import (
	"os"
	"runtime/debug"
)

// garbagePercent is how much may be allocated before the next collection, in
// percent of what is alive. What is alive is small (idle conversations are not in
// memory) and a message makes some ten kilobytes of garbage, so Go's 100 would
// collect several times a second under load.
const garbagePercent = 300

// relaxCollector trades memory for processor time, unless GOGC says otherwise.
func relaxCollector() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbagePercent)
	}
}
