package aggregate

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"weir.dev/weir/pkg/ledger"
)

// TestTheHeadOfAnEntityIsReadAsItWasWritten also for a life of more sealed blocks than its head has
// bytes, as right after a block was sealed.
func TestTheHeadOfAnEntityIsReadAsItWasWritten(t *testing.T) {
	for _, sealed := range []int{0, 1, 60, 200, 5000} {
		for _, tellers := range []int{0, 3, 200} {
			e := &entity{open: "the open block", sealed: make([]string, sealed)}
			for i := range tellers {
				e.told = append(e.told, told{from: fmt.Sprintf("lead/L%d", i)})
			}
			got, err := parseHead(e.head())
			if err != nil || !reflect.DeepEqual(got.told, e.told) || len(got.sealed) != sealed || got.open != e.open {
				t.Errorf("%d sealed blocks and %d tellers: %v", sealed, tellers, err)
			}
		}
	}
}

func FuzzStoredEntitiesAreReadOrRefused(f *testing.F) {
	e := &entity{open: "open", sealed: []string{"s"}, told: []told{{"lead/L", "t"}}}
	f.Add(e.head(), []byte("one"), []byte("two"))
	f.Add([]byte{0, 0}, []byte(nil), []byte(nil))
	f.Fuzz(func(t *testing.T, head, first, second []byte) {
		var facts ledger.Facts
		if err := ReadFacts(head, [][]byte{first, second}, &facts); err != nil && !errors.Is(err, ErrEntity) && !errors.Is(err, ledger.ErrCorrupt) {
			t.Errorf("%v", err)
		}
		if refs, err := RestRefs("t", "deal/D", head); err == nil && len(refs) > len(head)+maxBlocks {
			t.Errorf("%d other rows", len(refs))
		}
	})
}

func TestADealIsListedAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, number := rapid.StringN(0, 5, -1), rapid.Int64()
		s := Summary{
			ID: text.Draw(t, "id"), Owner: text.Draw(t, "owner"), Team: text.Draw(t, "team"), Segment: text.Draw(t, "segment"),
			Stage: text.Draw(t, "stage"), Currency: text.Draw(t, "currency"), Amount: number.Draw(t, "amount"),
			Priced: rapid.Bool().Draw(t, "priced"), Planned: rapid.Bool().Draw(t, "planned"), HasCreation: rapid.Bool().Draw(t, "creation"),
			Created: number.Draw(t, "created"), Since: number.Draw(t, "since"),
		}
		if got, err := ParseSummary(s.ID, s.append(nil)); err != nil || got != s {
			t.Fatalf("%+v is read as %+v, %v", s, got, err)
		}
	})
}

func FuzzListedDealsAreReadOrRefused(f *testing.F) {
	f.Add((&Summary{Owner: "ann", Amount: 5}).append(nil))
	f.Add([]byte{7, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, err := ParseSummary("D", b); err != nil && !errors.Is(err, ErrSummary) {
			t.Errorf("%v", err)
		}
	})
}

func TestABlockIsSealedWhenItIsFullAndNeverWrittenAgain(t *testing.T) {
	var scratch ledger.Facts
	e := &entity{}
	var sealed []string
	for i := range 200 {
		table, err := e.facts(&scratch)
		if err != nil {
			t.Fatal(err)
		}
		next := e.with(&ledger.Fact{Kind: 1, Time: int64(i), ID: fmt.Sprint(i), Source: strings.Repeat("s", 20)}, table)
		if len(next.open) > sealAt+100 {
			t.Fatalf("the open block has %d bytes", len(next.open))
		}
		for j, block := range sealed {
			if next.sealed[j] != block {
				t.Fatalf("sealed block %d changed", j)
			}
		}
		e, sealed = next, next.sealed
	}
	var facts ledger.Facts
	if _, err := e.facts(&facts); err != nil || len(facts.List) != 200 || len(sealed) == 0 {
		t.Fatalf("%d facts in %d sealed blocks, %v", len(facts.List), len(sealed), err)
	}
}
