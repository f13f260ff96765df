package ledger

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// said is the fields of facts in one line.
func said(facts []Fact) string {
	var words []string
	for i := range facts {
		for _, v := range facts[i].Fields {
			words = append(words, fmt.Sprintf("%s=%s", v.Name, v.Text))
		}
	}
	return strings.Join(words, " ")
}

func TestAnErasedEntityKeepsWhoDiffersFromWhomAndNoWords(t *testing.T) {
	ann, bob := Pseudonym("ann@example.com"), Pseudonym("bob")
	for _, c := range []struct{ name, script, want string }{
		{"a reason in words goes, the kind of the loss stays", `1 deal.lost deal/D kind=competitor competitor=acme reason=too-dear`, "kind=competitor competitor=acme"},
		{"a person's hash goes, the source stays", `1 lead.captured lead/L person=5f4dcc source=web`, "source=web"},
		{"the reason of a disqualification goes", `1 lead.disqualified lead/L reason=rude`, ""},
		{
			"one contact is one pseudonym, and keeps the role",
			`1 contact.role_set deal/D contact=ann@example.com role=champion
			 2 contact.role_set deal/D contact=bob role=user
			 3 contact.role_set deal/D contact=ann@example.com role=economic_buyer`,
			fmt.Sprintf("contact=%s role=champion contact=%s role=user contact=%s role=economic_buyer", ann, bob, ann),
		},
	} {
		facts := factsOf(t, c.script)
		before := said(facts)
		once := EraseAll(facts)
		if got := said(once); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		if got := said(EraseAll(once)); got != c.want {
			t.Errorf("%s: twice it is %q", c.name, got)
		}
		if said(facts) != before {
			t.Errorf("%s: the facts that it was made of changed to %q", c.name, said(facts))
		}
	}
}

func TestOnlyTheEntityItselfAndItsAccountEraseIt(t *testing.T) {
	erasure := factsOf(t, `1 subject.erased account/A`)
	told := func(by string) []Fact {
		f := erasure[0]
		f.Origin = by
		return []Fact{f}
	}
	if !Erased(erasure) || !Erased(told("account/A")) {
		t.Error("an erasure of its own, or of its account, does not erase")
	}
	if Erased(told("lead/L")) || Erased(factsOf(t, `1 lead.captured lead/L`)) || Erased(nil) {
		t.Error("something else erases")
	}
}

func TestAPseudonymTellsPersonsApartAndShowsNothingOfThem(t *testing.T) {
	seen := map[string]string{}
	rapid.Check(t, func(t *rapid.T) {
		id := rapid.StringN(4, 40, 128).Draw(t, "id")
		p := Pseudonym(id)
		if other, taken := seen[p]; taken && other != id {
			t.Fatalf("%q and %q share %s", id, other, p)
		}
		seen[p] = id
		if Pseudonym(p) != p || strings.Contains(p, id) || len(p) != len(pseudonymMark)+16 {
			t.Fatalf("%q becomes %q", id, p)
		}
	})
}

func TestTheErasureOfAnAccountReachesItsParts(t *testing.T) {
	w := tellingAll(t, `
		1 subscription.ended account/A subscription=S reason=bankrupt
		2 subject.erased     account/A`)
	part := KindRenewal.Part("account/A", "R")
	w.own[part] = factsOf(t, `3 renewal.lost account/A renewal=R reason=quarrel`)
	for w.round() {
		continue
	}
	if !Erased(w.heard[part]["account/A"]) {
		t.Errorf("the renewal hears %v", w.heard[part]["account/A"])
	}
}
