package metric

import (
	"errors"
	"math"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"weir.dev/weir/pkg/calendar"
	"weir.dev/weir/pkg/event"
)

func TestVectorsAddByIndexAndCancelToNothing(t *testing.T) {
	v, err := Vector(nil).Add([]Measure{{3, 5}, {1, 2}, {7, 0}}, 1)
	if want := (Vector{{1, 2}, {3, 5}}); err != nil || !slices.Equal(v, want) {
		t.Fatalf("%v, %v, want %v", v, err, want)
	}
	if v, err = v.Add([]Measure{{2, 9}, {3, 1}}, -1); err != nil || !slices.Equal(v, Vector{{1, 2}, {2, -9}, {3, 4}}) {
		t.Fatalf("%v, %v", v, err)
	}
	if got := []int64{v.Get(1), v.Get(2), v.Get(3), v.Get(4)}; !slices.Equal(got, []int64{2, -9, 4, 0}) {
		t.Errorf("got %v", got)
	}
	if v, err = v.Add([]Measure{{1, 2}, {2, -9}, {3, 4}}, -1); err != nil || len(v) != 0 {
		t.Errorf("left is %v, %v", v, err)
	}
}

func TestASumThatLeaves64BitsIsRefusedAndChangesNothing(t *testing.T) {
	for _, edge := range []struct{ has, add, sign int64 }{
		{math.MaxInt64, 1, 1}, {math.MinInt64, 1, -1}, {math.MaxInt64 - 1, 2, 1}, {-2, math.MaxInt64, -1},
	} {
		v := Vector{{1, 1}, {5, edge.has}}
		v, err := v.Add([]Measure{{0, 4}, {1, -edge.sign}, {5, edge.add}}, edge.sign)
		if !errors.Is(err, ErrOverflow) || !slices.Equal(v, Vector{{1, 1}, {5, edge.has}}) {
			t.Errorf("%d + %d·%d: %v, %v", edge.has, edge.sign, edge.add, v, err)
		}
	}
	if v, err := (Vector{{5, math.MaxInt64 - 1}}).Add([]Measure{{5, 1}}, 1); err != nil || v.Get(5) != math.MaxInt64 {
		t.Errorf("the largest: %v, %v", v, err)
	}
	for _, known := range []event.Day{0, 7, 9} { // kept beside the sum or with it
		var c Content
		_ = c.Add(7, []Measure{{1, 3}}, 1)
		_ = c.Add(8, []Measure{{5, math.MaxInt64}}, 1)
		before := string(c.Append(nil))
		if err := c.Add(known, []Measure{{1, 3}, {5, 1}}, 1); !errors.Is(err, ErrOverflow) || string(c.Append(nil)) != before {
			t.Errorf("known %d: %v, and the content is another", known, err)
		}
	}
}

func measures(t *rapid.T) []Measure {
	var list []Measure
	for range rapid.IntRange(0, 4).Draw(t, "measures") {
		list = append(list, Measure{uint16(rapid.IntRange(0, 3).Draw(t, "index")), rapid.Int64Range(-3, 3).Draw(t, "value")})
	}
	return list
}

// TestContentsKnowWhatWasKnownWhateverTheOrder adds changes in two orders, and by way of other contents,
// and holds sums, parts and stored forms against plain additions.
func TestContentsKnowWhatWasKnownWhateverTheOrder(t *testing.T) {
	type change struct {
		known event.Day
		w     []Measure
		total bool
	}
	rapid.Check(t, func(t *rapid.T) {
		var changes []change
		for range rapid.IntRange(0, 6).Draw(t, "changes") {
			changes = append(changes, change{event.Day(rapid.SampledFrom([]int{0, 5, 6}).Draw(t, "known")), measures(t), rapid.Bool().Draw(t, "total")})
		}
		fill := func(list []change, sign int64) (c Content) {
			for _, ch := range list {
				add := c.AddLate
				if ch.total {
					add = c.Add
				}
				if err := add(ch.known, ch.w, sign); err != nil {
					t.Fatal(err)
				}
			}
			return c
		}
		straight := fill(changes, 1)
		mixed := fill(rapid.Permutation(changes).Draw(t, "order"), 1)
		cut := rapid.IntRange(0, len(changes)).Draw(t, "cut")
		joined, rest := fill(changes[:cut], 1), fill(changes[cut:], 1)
		if err := joined.Plus(&rest); err != nil {
			t.Fatal(err)
		}
		stored := straight.Append(nil)
		var read Content
		if err := read.Decode(stored); err != nil {
			t.Fatal(err)
		}
		for what, c := range map[string]*Content{"mixed": &mixed, "joined": &joined, "read": &read} {
			if c.Empty() != straight.Empty() || !c.Empty() && !slices.Equal(c.Append(nil), stored) {
				t.Fatalf("%s is %+v, not %+v", what, c, straight)
			}
		}
		for _, day := range []event.Day{4, 5, 6, 7} {
			var want Vector
			for _, ch := range changes {
				if ch.total {
					want, _ = want.Add(ch.w, 1)
				}
				if ch.known > day {
					want, _ = want.Add(ch.w, -1)
				}
			}
			var again Content
			_ = again.Decode(stored)
			if got, err := again.KnownBy(day); err != nil || len(got)+len(want) > 0 && !slices.Equal(got, want) {
				t.Fatalf("known by %d: %v, %v, want %v", day, got, err, want)
			}
		}
		none := fill(changes, -1)
		if err := straight.Plus(&none); err != nil || !straight.Empty() {
			t.Fatalf("%+v is left, %v", straight, err)
		}
	})
}

func FuzzStoredContentsAreReadOrRefused(f *testing.F) {
	var c Content
	_ = c.Add(0, []Measure{{0, 1}, {4, -70000}}, 1)
	_ = c.Add(20000, []Measure{{65535, 1}}, 1)
	f.Add(c.Append(nil))
	f.Add([]byte{0})
	f.Add([]byte{1, 0xff, 3, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		var c, again Content
		if err := c.Decode(b); err != nil {
			if !errors.Is(err, ErrVector) {
				t.Errorf("%v is not ErrVector", err)
			}
			return
		}
		if err := again.Decode(c.Append(nil)); err != nil {
			t.Errorf("%x read as %+v, which cannot be read again: %v", b, c, err)
		}
		if v, err := DecodeVector(b, nil); err == nil {
			if w, err := DecodeVector(v.Append(nil), nil); err != nil || !slices.Equal(v, w) {
				t.Errorf("%x is %v, and then %v, %v", b, v, w, err)
			}
		}
	})
}

// TestQuantilesAreWithinOnePercent holds the bin of the nearest rank against a sort of the samples.
func TestQuantilesAreWithinOnePercent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shift := rapid.IntRange(0, 62).Draw(t, "shift")
		samples := rapid.SliceOfN(rapid.Int64Range(0, math.MaxInt64>>shift), 1, 60).Draw(t, "samples")
		var v Vector
		for _, s := range samples {
			h := histogramOf(s)
			h[1].Value = 0 // the sum of such samples leaves 64 bits
			v, _ = v.Add(h, 1)
		}
		q := &Question{Metric: &salesCycleLength}
		s := newSums(nil)
		s.of[source{cycles, OverWindow}] = map[money]Vector{{}: v}
		var out Value
		q.quantiles(s, &out)
		slices.Sort(samples)
		for percent, got := range map[int]*Number{50: out.Quantiles.P50, 75: out.Quantiles.P75, 90: out.Quantiles.P90} {
			want := samples[(percent*len(samples)+99)/100-1]
			if n := parse(t, *got); math.Abs(n-float64(want)) > 0.01*float64(want) {
				t.Fatalf("p%d of %v is %s, want %d", percent, samples, *got, want)
			}
		}
		if out.N != int64(len(samples)) {
			t.Fatalf("n is %d of %d", out.N, len(samples))
		}
	})
}

func TestAHistogramForgetsASampleThatIsTakenBack(t *testing.T) {
	var v Vector
	for _, sign := range []int64{1, -1} {
		for _, s := range []int64{0, 1, 255, 256, 3_456_000, math.MaxInt64 / 4} {
			v, _ = v.Add(histogramOf(s), sign)
		}
	}
	if len(v) > 0 {
		t.Errorf("%v is left", v)
	}
}

func TestTheNameOfACellIsReadAsItWasWritten(t *testing.T) {
	text := rapid.StringMatching(`[a-zäß ]{0,6}`)
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 4).Draw(t, "dims")
		c := Cell{Currency: rapid.SampledFrom([]string{"", "EUR"}).Draw(t, "currency")}
		for range max(n, 1) {
			value := ""
			if n > 0 {
				value = text.Draw(t, "value")
			}
			c.Values = append(c.Values, value)
		}
		anchored := rapid.Bool().Draw(t, "anchored")
		c.Day = event.Day(rapid.IntRange(0, 50_000).Draw(t, "day"))
		bucket := calendar.MonthOf(c.Day)
		switch {
		case anchored:
			c.Anchor = event.Day(rapid.IntRange(0, 50_000).Draw(t, "anchor"))
			bucket = calendar.MonthOf(c.Anchor)
		case rapid.Bool().Draw(t, "month"):
			c.Day, bucket = calendar.MonthSpan(bucket).From, Months
		}
		prefix := FieldPrefix(c.Values[:n], c.Currency)
		if n == 0 {
			prefix = FieldPrefix(nil, c.Currency)
		}
		field := AppendField([]byte(prefix), anchored, bucket, c.Anchor, c.Day)
		if got, err := ParseField(string(field), n, anchored, bucket); err != nil || !reflect.DeepEqual(got, c) {
			t.Fatalf("%q is %+v, %v, want %+v", field, got, err, c)
		}
	})
}

func FuzzNamesOfCellsAreReadOrRefused(f *testing.F) {
	f.Add("\x1f\x1f\x05", 0, false, int32(Months))
	f.Add("ann\x1femea\x1fEUR\x1f\x05\x06", 2, true, int32(24315))
	f.Fuzz(func(t *testing.T, field string, n int, anchored bool, bucket int32) {
		if n < 0 || n > 8 || bucket < Months || bucket > 200_000 {
			return
		}
		if c, err := ParseField(field, n, anchored, bucket); err == nil && len(c.Values) != max(n, 1) {
			t.Errorf("%q has %d values, not %d", field, len(c.Values), n)
		} else if err != nil && !errors.Is(err, ErrCell) {
			t.Errorf("%v is not ErrCell", err)
		}
	})
}
