package ledger

import (
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"weir.dev/weir/pkg/calendar"
	"weir.dev/weir/pkg/event"
)

func anyFact(t *rapid.T) Fact {
	text := rapid.SampledFrom([]string{"", "a", "ab", "web", "/crm/acme", "ä\x1f", "0001"})
	f := Fact{
		Kind: event.Kind(rapid.Byte().Draw(t, "kind")), Time: rapid.Int64().Draw(t, "time"),
		Known: event.Day(rapid.Int32().Draw(t, "known")), Until: event.Day(rapid.Int32().Draw(t, "until")),
		Source: text.Draw(t, "source"), Sequence: text.Draw(t, "sequence"), ID: text.Draw(t, "id"),
		Sum: rapid.Uint32().Draw(t, "sum"), Origin: text.Draw(t, "origin"), Via: text.Draw(t, "via"),
	}
	for range rapid.IntRange(0, 4).Draw(t, "fields") {
		v := Field{Name: Name(rapid.IntRange(1, int(NameDeal)).Draw(t, "name"))}
		switch rapid.IntRange(0, 2).Draw(t, "form") {
		case 0:
			v.Text = text.Filter(func(s string) bool { return s != "" }).Draw(t, "text")
		case 1:
			v.Int, v.Scale = rapid.Int64().Draw(t, "int"), rapid.Byte().Draw(t, "scale")
		default:
			v.Clear = true
		}
		f.Fields = append(f.Fields, v)
	}
	return f
}

// TestFactsAreReadAsTheyWereWritten also where a block is gone on with after it was read.
func TestFactsAreReadAsTheyWereWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var block []byte
		var table Table
		var want []Fact
		for range rapid.IntRange(0, 8).Draw(t, "facts") {
			f := anyFact(t)
			want = append(want, f)
			block = table.Append(block, &f)
			if rapid.Bool().Draw(t, "read on") {
				var room Facts
				var err error
				if table, err = room.Decode(string(block)); err != nil {
					t.Fatal(err)
				}
			}
		}
		var room Facts
		if _, err := room.Decode(string(block)); err != nil {
			t.Fatal(err)
		}
		for i := range room.List {
			if len(room.List[i].Fields) == 0 {
				room.List[i].Fields = nil
			}
		}
		if len(room.List) != len(want) || len(want) > 0 && !reflect.DeepEqual(room.List, want) {
			t.Fatalf("%+v is read as %+v", want, room.List)
		}
		for n := range block { // a block that ends early is refused, or holds fewer facts
			room.Reset()
			if _, err := room.Decode(string(block[:n])); err == nil && len(room.List) >= len(want) || err != nil && !errors.Is(err, ErrCorrupt) {
				t.Fatalf("%d of %d bytes: %d facts, %v", n, len(block), len(room.List), err)
			}
		}
	})
}

func TestATextThatRecursCostsAByteOrTwo(t *testing.T) {
	var table Table
	f := Fact{Kind: 1, Source: "/crm/acme/europe", Fields: []Field{{Name: NameOwner, Text: "ann.smith@acme.example"}}}
	first := len(table.Append(nil, &f))
	if again := len(table.Append(nil, &f)); again > first-len("/crm/acme/europe")-len("ann.smith@acme.example") {
		t.Errorf("the first time %d bytes, then %d", first, again)
	}
	for i := range 2 * maxShared {
		g := Fact{Source: fmt.Sprintf("source %d", i)}
		table.Append(nil, &g)
	}
	if len(table) != maxShared {
		t.Errorf("%d texts can be referred to", len(table))
	}
}

func FuzzStoredFactsAreReadOrRefused(f *testing.F) {
	var table Table
	block := table.Append(nil, &Fact{Kind: 2, Time: 5, Source: "/crm", ID: "e", Fields: []Field{{Name: NameStage, Text: "s"}, {Name: NameAmount, Int: 5, Scale: 2}}})
	f.Add(string(table.Append(block, &Fact{Kind: 3, Source: "/crm", Fields: []Field{{Name: NamePlan, Clear: true}}})))
	f.Add("\x01\x00\x00\x00\x01")
	f.Add("\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff\x7f")
	f.Fuzz(func(t *testing.T, block string) {
		var room Facts
		table, err := room.Decode(block)
		if err != nil {
			if !errors.Is(err, ErrCorrupt) {
				t.Errorf("%v is not ErrCorrupt", err)
			}
			return
		}
		f := Fact{Kind: 1, Source: "/crm", ID: "more"}
		more := string(table.Append([]byte(block), &f))
		var again Facts
		if _, err := again.Decode(more); err != nil || len(again.List) != len(room.List)+1 || !again.List[len(room.List)].Same(&f) {
			t.Errorf("%x cannot be gone on with: %v", block, err)
		}
	})
}

func TestAnEventBecameKnownWhenItWasRecordedOrCameButNeverBeforeItHappened(t *testing.T) {
	const noon, dayLong = 43_200_000, 86_400_000
	for _, c := range []struct{ at, recorded, arrival, want int64 }{
		{5, 0, 9, 9}, {5, 7, 9, 7}, {5, 3, 9, 5}, {5, 12, 9, 9}, {10, 0, 9, 10}, {10, 9, 9, 10},
	} {
		e := event.Event{Time: c.at*dayLong + noon}
		if c.recorded > 0 {
			e.RecordedTime = c.recorded*dayLong + noon
		}
		var r Reader
		if got := r.Fact(definition(), &e, event.KindDealWon, nil, c.arrival*dayLong+noon).Known; int64(got) != c.want {
			t.Errorf("happened on %d, recorded on %d, came on %d: known on %d, want %d", c.at, c.recorded, c.arrival, got, c.want)
		}
	}
}

func TestDaysAreThoseOfTheTenantsZone(t *testing.T) {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	def := NewDefinition(calendar.New(zone, time.January), "USD", nil)
	at := time.Date(2026, 3, 9, 3, 59, 0, 0, time.UTC) // 23:59 of the 8th, the day the clocks went forward
	for minutes, want := range map[int]string{0: "2026-03-08", 1: "2026-03-09"} {
		if got := def.Day(at.Add(time.Duration(minutes) * time.Minute).UnixMilli()); got.String() != want {
			t.Errorf("%d minutes later it is %s, want %s", minutes, got, want)
		}
	}
}

func TestMoneyIsReadInMinorUnitsRoundedHalfToEven(t *testing.T) {
	for _, c := range []struct {
		unscaled int64
		scale    uint8
		currency string
		want     int64
	}{
		{5, 0, "EUR", 500},
		{1234, 2, "EUR", 1234},
		{125, 1, "JPY", 12},
		{135, 1, "JPY", 14},
		{-125, 1, "JPY", -12},
		{1005, 3, "KWD", 1005},
		{1005, 3, "EUR", 100},
		{1015, 3, "EUR", 102},
		{5, 0, "KWD", 5000},
		{0, 0, "EUR", 0},
	} {
		if got := minor(c.unscaled, c.scale, c.currency); got != c.want {
			t.Errorf("%d·10^-%d %s: %d, want %d", c.unscaled, c.scale, c.currency, got, c.want)
		}
	}
}

func TestAQuotientIsExactOrRefused(t *testing.T) {
	for _, c := range []struct{ a, b, div, want int64 }{
		{7, 1, 2, 4}, {5, 1, 2, 2}, {-5, 1, 2, -2}, {-7, 1, 2, -4}, {1 << 62, 6, 8, 3 << 60}, {0, 5, 3, 0}, {10, 12, 24, 5},
	} {
		if got := MulDiv(c.a, c.b, c.div); got != c.want {
			t.Errorf("%d·%d/%d is %d, want %d", c.a, c.b, c.div, got, c.want)
		}
	}
	for _, c := range [][3]int64{{1 << 62, 2, 1}, {1 << 62, 1 << 62, 1}, {-1 << 63, 1, 1}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%d·%d/%d is taken", c[0], c[1], c[2])
				}
			}()
			MulDiv(c[0], c[1], c[2])
		}()
	}
}

func TestEveryNameHasAText(t *testing.T) {
	seen := map[string]bool{}
	for n := NameStage; n <= NameDeal; n++ {
		if seen[n.String()] || n.String() == "" {
			t.Errorf("name %d is %q", n, n)
		}
		seen[n.String()] = true
	}
	for d := range NumDims { // the fields that set dimensions lie side by side with them
		if got, ok := dimOf(NameOwner + Name(d)); !ok || got != d || got.String() != (NameOwner+Name(d)).String() {
			t.Errorf("the field %s sets the dimension %s", NameOwner+Name(d), got)
		}
	}
	for d := range endDims {
		if got, ok := DimOf(d.String()); !ok || got != d {
			t.Errorf("%s is read as %d", d, got)
		}
	}
}
