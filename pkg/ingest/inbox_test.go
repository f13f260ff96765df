package ingest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"weir.dev/weir/pkg/config"
	"weir.dev/weir/pkg/engine"
	"weir.dev/weir/pkg/event"
)

const ours = "crm.changes"

// inboxTest runs an inbox on a fake log, in virtual time.
func inboxTest(t *testing.T, prepare func(*edge), during func(*testing.T, *edge)) {
	synctest.Test(t, func(t *testing.T) {
		e := newEdge(t, config.Default())
		began := time.Now()
		e.handler.gate.now = func() time.Time { return noon.Add(time.Since(began)) }
		prepare(e)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			e.inbox(ours, "acme").run(ctx)
		}()
		pass(time.Second) // all that can be read at once is
		during(t, e)
		cancel()
		<-done
	})
}

// pass lets virtual time go by, and all that happens then happen.
func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

// arrive puts records into the inbox, the value of each an event in structured mode.
func (e *edge) arrive(partition int, values ...string) {
	for _, value := range values {
		rec := event.Record{Key: []byte("any"), Value: []byte(value), Headers: []event.Header{{Key: "content-type", Value: []byte(structured)}}}
		e.arriveAs(partition, rec)
	}
}

func (e *edge) arriveAs(partition int, recs ...event.Record) {
	if _, _, err := e.log.Append(context.Background(), ours, partition, recs); err != nil {
		panic(err)
	}
}

// ids are those of the events in the log.
func (e *edge) ids() string {
	var ids []string
	for _, rec := range e.log.all(eventsTopic) {
		var read event.Event
		if err := event.FromRecord(&rec, &read); err != nil {
			ids = append(ids, err.Error())
			continue
		}
		ids = append(ids, read.ID)
	}
	return strings.Join(ids, " ")
}

// committed is what is committed of partition 0, and how often any was.
func (e *edge) committed() (offset int64, commits int) {
	e.log.mu.Lock()
	defer e.log.mu.Unlock()
	return e.log.committed[ours][0], e.log.commits
}

func TestAnInboxIsReadFromItsStartAndJudgedAsHTTPIs(t *testing.T) {
	inboxTest(t, func(e *edge) {
		e.arrive(0, moved("e-0"), timeless("e-1"))
		binary := event.Event{ID: "e-2", Source: "/crm", Type: "dev.weir.deal.won", Subject: "deal/D1", Time: 1_770_715_800_000}
		e.arriveAs(0, binary.ToRecord("whoever"), event.Record{}, event.Record{Value: []byte{0xff}, Headers: []event.Header{{Key: "ce_id", Value: []byte("poison")}}})
		e.arrive(0, moved("e-5"))
	}, func(t *testing.T, e *edge) {
		if got := e.ids(); got != "e-0 e-2 e-5" {
			t.Errorf("events %q", got)
		}
		for _, rec := range e.log.all(eventsTopic) {
			if string(rec.Key) != "acme" {
				t.Errorf("key %q", rec.Key)
			}
		}
		var refused []string
		for _, letter := range e.letters(t) {
			if letter.Tenant != "acme" || letter.Source != ours || letter.ReceivedAt != noon.UnixMilli() {
				t.Errorf("letter %+v", letter)
			}
			refused = append(refused, fmt.Sprintf("%d:%s:%s", letter.Position.Offset, letter.Reason, letter.ID))
		}
		if got := strings.Join(refused, " "); got != "1:missing:e-1 3:missing: 4:missing:poison" {
			t.Errorf("dead letters %q", got)
		}
		if offset, _ := e.committed(); offset != 6 {
			t.Errorf("committed %d", offset)
		}
		e.arrive(0, moved("e-6"))
		synctest.Wait()
		if got := e.ids(); got != "e-0 e-2 e-5 e-6" {
			t.Errorf("events %q", got)
		}
	})
}

func TestATickInAnInboxIsRefused(t *testing.T) {
	inboxTest(t, func(e *edge) { e.arriveAs(0, event.Tick(0, noon.UnixMilli()/event.Hour*event.Hour)) }, func(t *testing.T, e *edge) {
		letters := e.letters(t)
		if got := e.ids(); got != "" || len(letters) != 1 || letters[0].Reason != event.UnknownType || letters[0].Pointer != "/type" {
			t.Errorf("events %q, dead letters %+v", got, letters)
		}
	})
}

func TestAnInboxGoesOnFromWhatItCommitted(t *testing.T) {
	inboxTest(t, func(e *edge) {
		e.arrive(0, moved("e-0"), moved("e-1"), moved("e-2"))
		e.log.committed[ours] = map[int]int64{0: 2}
	}, func(t *testing.T, e *edge) {
		if got := e.ids(); got != "e-2" {
			t.Errorf("events %q", got)
		}
	})
}

func TestAnInboxCommitsNothingThatIsNotWritten(t *testing.T) {
	for _, topic := range []string{eventsTopic, deadLetterTopic} {
		t.Run(topic, func(t *testing.T) {
			inboxTest(t, func(e *edge) {
				e.arrive(0, moved("e-0"), timeless("e-1"))
				e.log.fails[topic] = errDown
			}, func(t *testing.T, e *edge) {
				if _, commits := e.committed(); commits != 0 {
					t.Fatalf("%d commits", commits)
				}
				e.log.set(func() { delete(e.log.fails, topic) })
				pass(2 * lastPause)
				if offset, _ := e.committed(); offset != 2 {
					t.Errorf("committed %d", offset)
				}
				ids := slices.Compact(strings.Fields(e.ids())) // what had been written is written again
				if !slices.Equal(ids, []string{"e-0"}) || len(e.letters(t)) == 0 {
					t.Errorf("events %q, %d dead letters", ids, len(e.letters(t)))
				}
			})
		})
	}
}

func TestAllPartitionsOfAnInboxAreReadAlsoNewOnes(t *testing.T) {
	inboxTest(t, func(e *edge) {
		e.log.count[ours] = 2
		e.arrive(0, moved("p-0"))
		e.arrive(1, moved("p-1"))
		e.arrive(2, moved("p-2"))
	}, func(t *testing.T, e *edge) {
		sorted := func() string {
			ids := strings.Fields(e.ids())
			slices.Sort(ids)
			return strings.Join(ids, " ")
		}
		if got := sorted(); got != "p-0 p-1" {
			t.Errorf("events %q", got)
		}
		e.log.set(func() { e.log.count[ours] = 3 })
		pass(growthPeriod)
		if got := sorted(); got != "p-0 p-1 p-2" {
			t.Errorf("events %q", got)
		}
	})
}

func TestAnInboxThatLostRecordsGoesOnWithTheFirstOneLeft(t *testing.T) {
	for name, committed := range map[string]int64{"deleted before they were read": 1, "made anew": 99} {
		t.Run(name, func(t *testing.T) {
			inboxTest(t, func(e *edge) {
				e.arrive(0, moved("e-0"), moved("e-1"), moved("e-2"), moved("e-3"))
				e.log.committed[ours] = map[int]int64{0: committed}
				e.log.first[ours] = 2
			}, func(t *testing.T, e *edge) {
				if got := e.ids(); got != "e-2 e-3" {
					t.Errorf("events %q", got)
				}
			})
		})
	}
}

func TestAQuietInboxIsNotForgottenByTheBrokers(t *testing.T) {
	inboxTest(t, func(e *edge) {
		e.log.patience = time.Hour
		e.arrive(0, moved("e-0"))
	}, func(t *testing.T, e *edge) {
		pass(3 * renewPeriod)
		if offset, commits := e.committed(); offset != 1 || commits < 3 || commits > 4 {
			t.Errorf("committed %d, %d times", offset, commits)
		}
	})
}

func TestAnInboxThatCannotBeOpenedIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newEdge(t, config.Default())
		e.arrive(0, moved("e-0"))
		b, tries := e.inbox(ours, "acme"), 0
		b.source = func(ctx context.Context, topic string) (engine.Log, []int64, error) {
			if tries++; tries < 4 {
				return nil, nil, errors.New("no such topic")
			}
			return e.log.open(ctx, topic)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		b.run(ctx)
		if got := e.ids(); got != "e-0" || tries != 4 {
			t.Errorf("events %q after %d tries", got, tries)
		}
	})
}

func TestWhatIsReadIsWrittenInParts(t *testing.T) {
	sizes := func(recs []event.Record) (sizes []int) {
		for part := range parts(recs) {
			sizes = append(sizes, len(part))
		}
		return sizes
	}
	small, large := event.Record{Value: []byte("x")}, event.Record{Value: make([]byte, partBytes/2)}
	for _, test := range []struct {
		recs []event.Record
		want []int
	}{
		{nil, nil},
		{slices.Repeat([]event.Record{small}, partRecords), []int{partRecords}},
		{slices.Repeat([]event.Record{small}, 2*partRecords+1), []int{partRecords, partRecords, 1}},
		{slices.Repeat([]event.Record{large}, 5), []int{2, 2, 1}},
	} {
		if got := sizes(test.recs); !slices.Equal(got, test.want) {
			t.Errorf("parts %v, want %v", got, test.want)
		}
	}
	for range parts(slices.Repeat([]event.Record{small}, 2*partRecords)) {
		break
	}
}
