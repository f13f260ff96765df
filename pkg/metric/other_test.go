package metric

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"testing"
	"time"

	"weir.dev/weir/pkg/calendar"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/ledger"
	"weir.dev/weir/pkg/state"
)

func parse(t interface{ Fatalf(string, ...any) }, n Number) float64 {
	f, err := strconv.ParseFloat(string(n), 64)
	if err != nil {
		t.Fatalf("%q: %v", n, err)
	}
	return f
}

func TestMoneyIsWrittenWithTheDecimalsOfItsCurrency(t *testing.T) {
	for _, m := range []struct {
		minor    int64
		currency string
		want     Number
	}{
		{0, "EUR", "0.00"},
		{1, "EUR", "0.01"},
		{-1, "EUR", "-0.01"},
		{123456, "EUR", "1234.56"},
		{-100, "EUR", "-1.00"},
		{0, "JPY", "0"},
		{123456, "JPY", "123456"},
		{-7, "JPY", "-7"},
		{5, "KWD", "0.005"},
		{-1234, "KWD", "-1.234"},
	} {
		if got := major(big.NewInt(m.minor), m.currency); got != m.want {
			t.Errorf("%d minor units of %s are %s, want %s", m.minor, m.currency, got, m.want)
		}
	}
}

func TestPartsAreRoundedHalfToEvenOnce(t *testing.T) {
	for parts, want := range map[int64]int64{0: 0, 4999: 0, 5000: 0, 5001: 1, 14999: 1, 15000: 2, 25000: 2, 25001: 3, -5000: 0, -15000: -2} {
		for _, whole := range []int64{0, 2, -2} {
			sum := new(big.Rat).Add(big.NewRat(whole, 1), big.NewRat(parts, PartsPerMinor))
			if got := nearest(sum).Int64(); got != whole+want {
				t.Errorf("%d and %d parts are %d minor units, want %d", whole, parts, got, whole+want)
			}
		}
	}
}

func TestWhatIsBeyondTenThousandValuesIsOther(t *testing.T) {
	def := ledger.NewDefinition(calendar.New(time.UTC, time.January), "EUR", nil)
	at := event.DayOf(2026, time.March, 10)
	q, err := Ask(&dealsWon, NewLayout(def, nil), Request{
		Window: calendar.Span{From: at, To: at + 1}, AsOf: at, By: []ledger.Dim{ledger.DimOwner}, Currency: "EUR",
	})
	if err != nil {
		t.Fatal(err)
	}
	var rows []state.Row
	for i := range MaxValues + 3 { // the first won three deals, the next two, all others one
		var c Content
		_ = c.Add(0, []Measure{{outcomeWon, int64(max(1, 3-i))}}, 1)
		prefix := FieldPrefix([]string{fmt.Sprintf("o%05d", i)}, "")
		field := AppendField([]byte(prefix), false, calendar.MonthOf(at), 0, at)
		rows = append(rows, state.Row{Field: string(field), Value: c.Append(nil)})
	}
	slices.Reverse(rows)
	values, _, err := q.Answer([][]state.Row{rows}, 1)
	if err != nil || len(values) != MaxValues+1 {
		t.Fatalf("%d values, %v", len(values), err)
	}
	for i, want := range map[int]string{
		0: "o00000 3", 1: "o00001 2", 2: "o00002 1", MaxValues - 1: "o09999 1", MaxValues: "other 3",
	} {
		if got := values[i].Dimensions["owner"] + " " + string(*values[i].Value); got != want {
			t.Errorf("value %d is %s, want %s", i, got, want)
		}
	}
}

func TestEveryMetricOfTheCatalogueSaysWhatItIs(t *testing.T) {
	seen := map[string]bool{}
	for _, m := range Catalogue {
		if seen[m.ID] || Find(m.ID) != m {
			t.Errorf("%s is there twice", m.ID)
		}
		seen[m.ID] = true
		if m.Version < 1 || m.Sentence == "" || m.Formula == "" || m.Source == "" || m.Ambiguity == "" || m.Unit == "" || m.Kind == "" || m.Direction == "" {
			t.Errorf("%s lacks a part: %+v", m.ID, m)
		}
		if m.Derive == nil && (m.Kind == Fraction || m.Kind == Cohort) != (m.Den.Group != nil && m.Kind != Stock) {
			t.Errorf("%s is a %s with the denominator %v", m.ID, m.Kind, m.Den)
		}
		for _, sibling := range m.Siblings {
			if Find(sibling) == nil || sibling == m.ID {
				t.Errorf("%s has no sibling %s", m.ID, sibling)
			}
		}
		for _, g := range m.groups() {
			if !slices.Contains(Groups, g) {
				t.Errorf("%s reads %s, which is no group", m.ID, g.Name)
			}
		}
	}
	if Find("no_such") != nil {
		t.Error("there is a metric no_such")
	}
}
