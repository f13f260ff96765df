package ledger

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"weir.dev/weir/pkg/event"
)

// What is asked to be erased of an entity is its persons and its free text. It is erased from every fact of
// the entity, whenever that arrives, so that the order of arrival does not matter and a replay ends where the
// stream did. What a fact counts for must survive it: where persons are told apart, each is replaced by a
// pseudonym that hangs on nothing but the id.

// pseudonymMark begins every pseudonym, so that one is not replaced by another.
const pseudonymMark = "erased-"

// Pseudonym stands for the id of a person, the same for the same id everywhere: 64 bits of its SHA-256. Who
// has the id can make it again; it tells persons apart and does not hide them from those who know them. A
// pseudonym's own pseudonym is itself.
func Pseudonym(id string) string {
	if strings.HasPrefix(id, pseudonymMark) {
		return id
	}
	sum := sha256.Sum256([]byte(id))
	return pseudonymMark + hex.EncodeToString(sum[:8])
}

// samePerson reports whether two ids are of one person, be one of them a pseudonym.
func samePerson(a, b string) bool {
	if a == b {
		return true
	}
	return strings.HasPrefix(a, pseudonymMark) != strings.HasPrefix(b, pseudonymMark) && Pseudonym(a) == Pseudonym(b)
}

// Erased reports whether facts say that their entity is erased: it itself, or the account that it is a part of.
func Erased(facts []Fact) bool {
	for i := range facts {
		if f := &facts[i]; f.Kind == event.KindSubjectErased && (f.Origin == "" || KindOf(f.Origin) == KindAccount) {
			return true
		}
	}
	return false
}

// Erase is a fact of an erased entity: without free text, and with pseudonyms of persons. It shares nothing
// that it changed with the fact that it was made of.
func Erase(f Fact) Fact {
	fields := f.Fields
	f.Fields = make([]Field, 0, len(fields))
	for _, v := range fields {
		switch v.Name {
		case NameReason, NamePerson:
			continue
		case NameContact:
			v.Text = Pseudonym(v.Text)
		}
		f.Fields = append(f.Fields, v)
	}
	return f
}

// EraseAll is facts of an erased entity.
func EraseAll(facts []Fact) []Fact {
	out := make([]Fact, len(facts))
	for i := range facts {
		out[i] = Erase(facts[i])
	}
	return out
}
