package ledger

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"weir.dev/weir/pkg/event"
)

// Always is a day after every day: seen from it, all is known.
const Always event.Day = math.MaxInt32

// Name names a field of a fact.
type Name uint8

// The fields that facts carry. The numbers are part of the stored form: new ones go to the end.
const (
	NameStage Name = iota + 1
	NameAmount
	NameCurrency
	NamePlan
	NameCategory
	NameProbability
	NameTerm
	NameAccount
	NameLead
	NameOwner
	NameTeam
	NameSegment
	NameRegion
	NameIndustry
	NameType
	NameSource
	NameCampaign
	NameChannel
	NameProduct
	NamePipeline
	NameKind
	NameReason
	NameCompetitor
	NameInto
	NameElement
	NameState
	NameContact
	NameRole
	NameSeniority
	NameStart
	NameEnd
	NameOneTime
	NameID
	NameDirection
	NameDuration
	NameThread
	NameReplyTo
	NameAt
	NamePerson
	NameLevel
	NameRule
	NameRuleVersion
	NameDeal
	NameSubscription
	NamePrice
	NameInterval
	NameIntervalCount
	NameQuantity
	NameDiscount
	NameSubscriptionPlan
	NameTier
	NameSeats
	NameFeature // once for each
	NameDue
	NameScore
	NameSurvey
	NamePriority
	NameProvider
	NamePurpose
	NamePeriod
	NameMetric
	NameValue
	NameBase
	NameRate
	NameDate
)

// Field is one field that a fact sets, or clears: a text, or a number of Int·10^-Scale.
type Field struct {
	Name  Name
	Clear bool
	Scale uint8
	Int   int64
	Text  string
}

// Fact is one thing that was said of an entity.
type Fact struct {
	Kind     event.Kind
	Time     int64 // when it happened, milliseconds
	Known    event.Day
	Until    event.Day // the day from which it no longer holds; 0 for never. Only what is told ends
	Source   string
	Sequence string
	ID       string
	Sum      uint32 // of the body: the same id with another sum is a conflict
	Origin   string // for a told fact, the entity that it was first said of; else empty
	Via      string // the merged entities that handed it on, from the first to the last
	Fields   []Field
}

// Compare is the order of facts: time, source, sequence, id; and, where told facts meet, origin.
func Compare(a, b Fact) int {
	if a.Time != b.Time {
		return cmp.Compare(a.Time, b.Time)
	}
	if c := strings.Compare(a.Source, b.Source); c != 0 {
		return c
	}
	if c := strings.Compare(a.Sequence, b.Sequence); c != 0 {
		return c
	}
	if c := strings.Compare(a.ID, b.ID); c != 0 {
		return c
	}
	if c := strings.Compare(a.Origin, b.Origin); c != 0 {
		return c
	}
	if c := strings.Compare(a.Via, b.Via); c != 0 {
		return c
	}
	return cmp.Compare(a.Known, b.Known)
}

// Same reports whether two facts are one: the same origin, source and id.
func (f *Fact) Same(g *Fact) bool {
	return f.ID == g.ID && f.Source == g.Source && f.Origin == g.Origin
}

// KnownBy reports whether the fact held as far as was known by day k.
func (f *Fact) KnownBy(k event.Day) bool {
	return f.Known <= k && (f.Until == 0 || k < f.Until)
}

// Text is the text of a field, empty where it is not set.
func (f *Fact) Text(name Name) string {
	for i := range f.Fields {
		if f.Fields[i].Name == name {
			return f.Fields[i].Text
		}
	}
	return ""
}

// Int is the whole number of a field, 0 where it is not set.
func (f *Fact) Int(name Name) int64 {
	for i := range f.Fields {
		if f.Fields[i].Name == name {
			return f.Fields[i].Int
		}
	}
	return 0
}

// Has reports whether a fact sets or clears a field.
func (f *Fact) Has(name Name) bool {
	for i := range f.Fields {
		if f.Fields[i].Name == name {
			return true
		}
	}
	return false
}

// Equal reports whether two facts say the same, wherever and whenever they became known.
func (f *Fact) Equal(g *Fact) bool {
	return f.Same(g) && f.Kind == g.Kind && f.Time == g.Time && f.Sequence == g.Sequence && slices.Equal(f.Fields, g.Fields)
}

// Sort brings facts into their order.
func Sort(facts []Fact) {
	if !slices.IsSortedFunc(facts, Compare) {
		slices.SortFunc(facts, Compare)
	}
}

// Bounds are the days on which what is known changes, from day from on, in rising order.
func Bounds(into []event.Day, from event.Day, sets ...[]Fact) []event.Day {
	for _, facts := range sets {
		for i := range facts {
			if k := facts[i].Known; k >= from {
				into = append(into, k)
			}
			if u := facts[i].Until; u > 0 && u >= from {
				into = append(into, u)
			}
		}
	}
	slices.Sort(into)
	return slices.Compact(into)
}
