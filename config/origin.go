package config

import "strings"

// place is where a value was read.
type place struct {
	file string
	line int
}

// origin remembers, per key, where its value came from, so that a problem found later can say it.
type origin struct {
	file    string // the configuration file, "" without one
	places  map[string]place
	refused map[string]bool // keys whose value could not be read: their problem is already told
}

func newOrigin(file string) *origin {
	return &origin{file: file, places: map[string]place{}, refused: map[string]bool{}}
}

// of gives the place of a key, or of the nearest key around it, or the file. A key nobody gave anywhere
// has no place.
func (o *origin) of(key string) place {
	if o == nil {
		return place{}
	}
	for k := key; k != ""; k = around(k) {
		if p, ok := o.places[k]; ok {
			return p
		}
	}
	return place{file: o.file}
}

// told says whether reading this key, or one around it, has already failed.
func (o *origin) told(key string) bool {
	for k := key; o != nil && k != ""; k = around(k) {
		if o.refused[k] {
			return true
		}
	}
	return false
}

// around is the key that contains this one: queues[1].rule -> queues[1] -> queues -> "".
func around(key string) string {
	i := strings.LastIndexAny(key, ".[")
	if i < 0 {
		return ""
	}
	return key[:i]
}
