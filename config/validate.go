package config

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
)

// Validate names everything that was read and makes no sense. rules are the names of the routing rules
// this program has; macros is a check of one template's text that names what
// is wrong with its macros.
func (c Config) Validate(rules []string, macros func(text string) error) []Problem {
	v := &validator{cfg: c, rules: slices.Sorted(slices.Values(rules)), macros: macros}
	v.server()
	v.stores()
	v.cluster()
	v.settings()
	v.people()
	v.queues()
	v.channels()
	v.templates()
	return v.problems
}

// validator gathers problems; each of its methods looks at one section.
type validator struct {
	cfg      Config
	rules    []string
	macros   func(text string) error
	problems []Problem
}

func (v *validator) fail(key, message, remedy string) { v.note(Error, key, message, remedy) }

func (v *validator) warn(key, message, remedy string) { v.note(Warning, key, message, remedy) }

// note tells a problem unless reading the same key has failed already: one mistake, one problem.
func (v *validator) note(severity Severity, key, message, remedy string) {
	if v.cfg.origin.told(key) {
		return
	}
	at := v.cfg.origin.of(key)
	v.problems = append(v.problems, Problem{
		Severity: severity, File: at.file, Line: at.line, Key: key, Message: message, Remedy: remedy,
	})
}

// oneOf tells a value that is not among the known ones.
func (v *validator) oneOf(key, value, what string, known []string) {
	if slices.Contains(known, value) {
		return
	}
	if value == "" {
		v.fail(key, "is missing", "name "+what+": "+list(known))
		return
	}
	remedy := "use " + list(known)
	if meant := closest(value, known); meant != "" {
		remedy = "write " + meant
	}
	v.fail(key, clip(value)+" is not "+what, remedy)
}

var idForm = regexp.MustCompile(`^[a-zA-Z0-9._-]{1,64}$`)

// ids checks the form of the ids of one section and that none is there twice.
func (v *validator) ids(section string, count int, id func(int) string) {
	first := map[string]int{}
	for i := range count {
		key, value := at(section, i)+".id", id(i)
		before, twice := first[value]
		switch {
		case value == "":
			v.fail(key, "is missing", "give every one of "+section+" an id; it never changes")
		case !idForm.MatchString(value) || value == "." || value == "..":
			v.fail(key, clip(value)+" is not an id", "use 1 to 64 of the characters a-z A-Z 0-9 . _ -")
		case twice:
			v.fail(key, clip(value)+" is already the id of "+v.where(section, before), "give one of them another id")
		default:
			first[value] = i
		}
	}
}

// where names an item of a list by key and, if known, line.
func (v *validator) where(section string, i int) string {
	key := at(section, i)
	if line := v.cfg.origin.of(key).line; line > 0 {
		return fmt.Sprintf("%s (line %d)", key, line)
	}
	return key
}

func at(section string, i int) string { return section + "[" + strconv.Itoa(i) + "]" }
