package config

import (
	"regexp"
	"strconv"
	"unicode/utf8"
)

// Passwords shorter than this are guessed; longer ones only cost time to hash. In characters.
const (
	minPassword = 12
	maxPassword = 128
)

func (v *validator) people() {
	v.ids("operators", len(v.cfg.Operators), func(i int) string { return v.cfg.Operators[i].ID })
	v.ids("groups", len(v.cfg.Groups), func(i int) string { return v.cfg.Groups[i].ID })
	for i, o := range v.cfg.Operators {
		v.operator(at("operators", i), o)
	}
	operators := v.operatorIDs()
	for i, g := range v.cfg.Groups {
		key := at("groups", i)
		if operators[g.ID] {
			v.fail(key+".id", clip(g.ID)+" is already an operator's id, so a queue could not tell which is meant", "give the group another id")
		}
		v.members(key+".members", g.Members, "operator", func(id string) bool { return operators[id] })
	}
}

func (v *validator) operator(key string, o Operator) {
	switch n := utf8.RuneCountInString(o.Password.Reveal()); {
	case n == 0:
		v.fail(key+".password", "is missing", "give at least 12 characters, as text, ${ENV_NAME} or file:PATH")
	case n < minPassword:
		v.fail(key+".password", "is shorter than "+strconv.Itoa(minPassword)+" characters", "use a longer one; several words are good")
	case n > maxPassword:
		v.fail(key+".password", "is longer than "+strconv.Itoa(maxPassword)+" characters", "use a shorter one")
	}
	for i, role := range o.Roles {
		v.oneOf(at(key+".roles", i), role, "a role", Roles())
	}
	v.inherited(key+".language", o.Language)
}

func (v *validator) queues() {
	v.ids("queues", len(v.cfg.Queues), func(i int) string { return v.cfg.Queues[i].ID })
	members := v.operatorIDs()
	for _, g := range v.cfg.Groups {
		members[g.ID] = true
	}
	for i, q := range v.cfg.Queues {
		key := at("queues", i)
		v.oneOf(key+".rule", q.Rule, "a routing rule", v.rules)
		v.members(key+".members", q.Members, "operator or group", func(id string) bool { return members[id] })
		if len(q.Members) == 0 {
			v.warn(key+".members", "nobody serves this queue: its chats will wait", "add operators or groups")
		}
		v.notNegative(key+".completion_timeout", q.CompletionTimeout)
		v.notNegative(key+".accept_timeout", q.AcceptTimeout)
	}
}

// members checks that each id is known and there once.
func (v *validator) members(key string, ids []string, what string, known func(string) bool) {
	seen := map[string]bool{}
	for i, id := range ids {
		switch {
		case !known(id):
			v.fail(at(key, i), "there is no "+what+" "+clip(id), "add it, or correct the id")
		case seen[id]:
			v.warn(at(key, i), clip(id)+" is listed twice", "remove one")
		}
		seen[id] = true
	}
}

func (v *validator) operatorIDs() map[string]bool {
	ids := make(map[string]bool, len(v.cfg.Operators))
	for _, o := range v.cfg.Operators {
		ids[o.ID] = true
	}
	return ids
}

var languageForm = regexp.MustCompile(`^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*$`)

// inherited checks a language that may be that of the house, whose problem is told there.
func (v *validator) inherited(key, language string) {
	if language != v.cfg.Settings.Language {
		v.language(key, language)
	}
}

func (v *validator) language(key, language string) {
	if !languageForm.MatchString(language) {
		v.fail(key, clip(language)+" is not a language", "use a code such as en, ru or pt-BR")
	}
}

// Roles lists what an operator's roles may name: the roles, and single
// permissions to grant besides (S111).
func Roles() []string {
	return append([]string{"operator", "supervisor", "administrator"}, Permissions()...)
}

// Permissions lists the named permissions (S111). None but the administrator's
// own is part of a role: chats.read_live is off unless it is granted (S33).
func Permissions() []string {
	return []string{"chats.manage_settings", "chats.read_live", "contacts.merge", "duplicates.manage_rules"}
}
