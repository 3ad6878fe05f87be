package gateway

import (
	"strconv"
	"strings"
)

// pick chooses by an Accept-Encoding header; of equally welcome forms the smaller
// one. Who refuses even the plain file gets it all the same, as RFC 9110 (12.5)
// allows: an answer that cannot be used is no worse than a refusal.
func (f staticFile) pick(accept string) form {
	best, liked := f.forms[len(f.forms)-1], 0.0
	for _, one := range f.forms {
		if q := welcome(accept, one.coding); q > liked {
			best, liked = one, q
		}
	}
	return best
}

// welcome is the weight a header gives a coding by its name, or else by *; 0 if by neither.
func welcome(accept, coding string) float64 {
	others := 0.0
	for part := range strings.SplitSeq(accept, ",") {
		name, params, _ := strings.Cut(part, ";")
		switch name = strings.TrimSpace(name); {
		case strings.EqualFold(name, coding):
			return weight(params)
		case name == "*":
			others = weight(params)
		}
	}
	return others
}

// weight reads q; what cannot be read is taken for a refusal.
func weight(params string) float64 {
	for p := range strings.SplitSeq(params, ";") {
		key, value, _ := strings.Cut(p, "=")
		if !strings.EqualFold(strings.TrimSpace(key), "q") {
			continue
		}
		if q, err := strconv.ParseFloat(strings.TrimSpace(value), 64); err == nil && q >= 0 && q <= 1 {
			return q
		}
		return 0
	}
	return 1
}

// has says whether If-None-Match names the tag; one that a proxy on the way made weak counts too.
func has(match, tag string) bool {
	for one := range strings.SplitSeq(match, ",") {
		if one = strings.TrimSpace(one); one == "*" || strings.TrimPrefix(one, "W/") == tag {
			return true
		}
	}
	return false
}
