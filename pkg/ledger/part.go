package ledger

import "weir.dev/weir/pkg/event"

// profile reports whether facts of a kind, said of an account, matter to what it has in numbers: its parts
// are told them.
func profile(kind event.Kind) bool {
	switch kind {
	case event.KindAccountEnriched, event.KindSubscriptionStarted, event.KindSubscriptionChanged, event.KindSubscriptionEnded,
		event.KindSubscriptionPaused, event.KindSubscriptionResumed, event.KindSubjectErased:
		return true
	default:
		return false
	}
}

// partTells is what a part tells its account: that there is such a part.
func partTells(subject string, facts []Fact) []Telling {
	if len(facts) == 0 {
		return nil
	}
	here := Fact{Known: Always, Origin: subject}
	for i := range facts {
		if f := &facts[i]; f.Origin == "" && f.Known < here.Known {
			here.Known, here.Kind = f.Known, f.Kind
		}
	}
	if here.Known == Always {
		return nil
	}
	return []Telling{{To: AccountOf(subject), Facts: []Fact{here}}}
}

// accountTells is what an account tells its parts: all that it knows of its profile, to each from the day
// on which there was such a part.
func accountTells(subject string, facts []Fact) []Telling {
	var out []Telling
	for i := range facts {
		if there := &facts[i]; KindOf(there.Origin).Parts() {
			if told := profileFor(subject, there, facts); len(told) > 0 {
				out = append(out, Telling{To: there.Origin, Facts: told})
			}
		}
	}
	return out
}

// Introduction is what an account with these facts tells a part that has just told it that there is one.
func Introduction(account, part string, here *Fact, facts []Fact) Telling {
	return Telling{To: part, Facts: profileFor(account, here, facts)}
}

func profileFor(subject string, part *Fact, facts []Fact) []Fact {
	var told []Fact
	for i := range facts {
		if facts[i].Origin == "" && profile(facts[i].Kind) {
			f := facts[i]
			f.Origin, f.Known = subject, max(f.Known, part.Known)
			told = append(told, f)
		}
	}
	return told
}

// accountChange is the tellings of an account that differ between two sets of its facts, without working
// out those that do not: an account may have many parts.
func accountChange(subject string, before, after []Fact) []Telling {
	if sameProfile(before, after) {
		before, after = fresh(before, after), fresh(after, before)
	}
	return difference(accountTells(subject, before), accountTells(subject, after))
}

// fresh is the facts of a list without the parts that stand in another one too.
func fresh(list, other []Fact) []Fact {
	known := make(map[string]event.Day, len(other))
	for i := range other {
		if KindOf(other[i].Origin).Parts() {
			known[other[i].Origin] = other[i].Known
		}
	}
	var out []Fact
	for i := range list {
		if day, ok := known[list[i].Origin]; !ok || day != list[i].Known {
			out = append(out, list[i])
		}
	}
	return out
}

func sameProfile(a, b []Fact) bool {
	next := func(list []Fact) (*Fact, []Fact) {
		for i := range list {
			if list[i].Origin == "" && profile(list[i].Kind) {
				return &list[i], list[i+1:]
			}
		}
		return nil, nil
	}
	for {
		var f, g *Fact
		f, a = next(a)
		g, b = next(b)
		if f == nil || g == nil {
			return f == g
		}
		if f.Known != g.Known || !f.Equal(g) {
			return false
		}
	}
}
