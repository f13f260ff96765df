package main

import (
	"bytes"
	"testing"

	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/state"
	"weir.dev/weir/test/bench/workload"
)

// memory is the rows of one partition.
type memory map[state.Ref][]byte

func (m memory) give(t *testing.T, j *job, missing []state.Ref) {
	t.Helper()
	if len(missing) == 0 {
		return
	}
	values := make([][]byte, len(missing))
	for i, ref := range missing {
		values[i] = m[ref]
	}
	if err := j.Give(values); err != nil {
		t.Fatal(err)
	}
}

func (m memory) commit(t *testing.T, j *job) {
	t.Helper()
	changes, missing, err := j.Changes()
	if len(missing) > 0 {
		m.give(t, j, missing)
		changes, _, err = j.Changes()
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range changes {
		m[c.Ref] = bytes.Clone(c.Value)
	}
	j.Settle(true)
}

func TestTheJobGivesTheAnswersOfABatchWhateverItForgets(t *testing.T) {
	const batch = 700
	work := workload.New(20_000, 7)
	var recs []event.Record
	for i := range work.Events {
		recs = append(recs, work.ByDeal(&work.Events[i]))
	}
	rows, j := memory{}, newJob()
	for n := 0; len(recs) > 0; n++ {
		part := recs[:min(batch, len(recs))]
		recs = recs[len(part):]
		if n%3 == 2 { // a commit that is lost: all of it is done again
			rows.give(t, j, j.Begin(part))
			j.Apply(100)
			j.Settle(false)
		}
		rows.give(t, j, j.Begin(part))
		for done := 0; done < len(part); {
			p := j.Apply(250)
			if len(p.Refused) > 0 {
				t.Fatal(p.Refused[0].Err)
			}
			done += p.Applied
			rows.commit(t, j)
		}
	}
	want := work.Answers()
	for name, w := range want {
		got, err := decodeSum(rows[state.Ref{Key: cellsKey, Field: name}])
		if err != nil {
			t.Fatal(err)
		}
		if got != (sum{w.Count, w.Cents}) {
			t.Errorf("%s is %v, want %v", name, got, w)
		}
	}
	for ref, value := range rows {
		if _, ok := want[ref.Field]; ref.Key == cellsKey && !ok && !bytes.Equal(value, sum{}.encode(nil)) {
			t.Errorf("%s is not nothing", ref.Field)
		}
	}
}

func TestARowThatWasCutIsRefused(t *testing.T) {
	d := deal{stage: "propose", owner: "owner-7", cents: 1_234_500, seen: []uint64{1, 2}}
	row := d.encode(nil)
	known := names{held: map[string]string{}}
	for n := range len(row) {
		if n == len(row)-8 || n == len(row)-16 {
			continue // whole ids are missing, which cannot be seen; the store's checksum would
		}
		if err := new(deal).decode(row[:n], &known); err == nil {
			t.Errorf("the first %d bytes of %d were taken", n, len(row))
		}
	}
}
