package simulator

// identity is who a customer is, the same for a seed, an account and a number.
type identity struct {
	first, last, username, lang, country, dialling string
}

type culture struct {
	lang, country, dialling string
	firsts, lasts           []string
}

// cultures hold names that exercise the wire: Cyrillic, accents, an apostrophe, a surrogate pair.
func cultures() []culture {
	return []culture{
		{"en", "US", "15", []string{"Grace", "Henry", "Olivia", "Noah", "Zoë", "Liam", "Amara", "Sam 🌻"},
			[]string{"Walker", "O'Brien", "Nguyen", "Carter", "Müller", "Hughes", "Okafor"}},
		{"ru", "RU", "79", []string{"Мария", "Иван", "Ольга", "Пётр", "Алёна", "Дмитрий", "Юлия", "Тимур"},
			[]string{"Соколова", "Ким", "Черных", "Бондаренко", "Шевченко", "Живаго", "Дурново"}},
	}
}

func (s seed) identity(channel string, n int) identity {
	all := cultures()
	c := all[n%len(all)]
	first := c.firsts[s.below(channel+"/first", n, uint64(len(c.firsts)))]
	last := c.lasts[s.below(channel+"/last", n, uint64(len(c.lasts)))]
	return identity{first: first, last: last, username: "user_" + s.hex(channel+"/username", n, 5), lang: c.lang, country: c.country, dialling: c.dialling}
}

// identity is who a customer is in this world: the seed's, under the names the configuration gives.
func (w *World) identity(channel string, n int) identity {
	who := w.seed.identity(channel, n)
	if w.cfg.Names == nil {
		return who
	}
	if first, last := w.cfg.Names(channel, n); first != "" {
		who.first, who.last = first, last
	}
	return who
}
