package eventlog_test

import (
	"context"
	"slices"
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"weir.dev/weir/pkg/engine"
	"weir.dev/weir/pkg/eventlog"
)

// member is in a group, and says which partitions it runs each time it starts to.
type member struct {
	group *eventlog.Group
	runs  chan []int
}

func join(t *testing.T, b *bench, name string) *member {
	t.Helper()
	group, err := dial(t, b.brokers).Join(name, b.topic)
	if err != nil {
		t.Fatal(err)
	}
	m := &member{group, make(chan []int, 100)}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			share, err := group.Next(ctx)
			if err != nil {
				return
			}
			m.run(share)
		}
	}()
	t.Cleanup(func() { cancel(); <-ended })
	return m
}

// run holds a share until it ends.
func (m *member) run(share engine.Share) {
	m.runs <- share.Partitions
	ended := make(chan struct{})
	share.Run(func(granted context.Context) {
		<-granted.Done()
		close(ended)
	})
	<-ended
}

// until waits for a share that is as it must be.
func (m *member) until(t *testing.T, right func([]int) bool) []int {
	t.Helper()
	for {
		select {
		case got := <-m.runs:
			if right(got) {
				return got
			}
		case <-t.Context().Done():
			t.Fatal("the share did not come")
		}
	}
}

func testGroup(t *testing.T, b *bench) {
	name := "weir-test-" + uuid.NewString()
	first := join(t, b, name)
	first.until(t, func(p []int) bool { return slices.Equal(p, []int{0, 1}) })
	second := join(t, b, name)
	kept := first.until(t, func(p []int) bool { return len(p) == 1 })
	got := second.until(t, func(p []int) bool { return len(p) == 1 })
	if kept[0] == got[0] {
		t.Fatalf("both run partition %d", got[0])
	}
	third := join(t, b, name)
	third.until(t, func(p []int) bool { return len(p) == 0 })
	if again := first.until(t, func([]int) bool { return true }); !slices.Equal(again, kept) {
		t.Errorf("the first held %v and got %v", kept, again)
	}
	for _, leaving := range []*member{second, third} {
		if err := leaving.group.Close(); err != nil {
			t.Fatal(err)
		}
	}
	first.until(t, func(p []int) bool { return slices.Equal(p, []int{0, 1}) })
	if err := first.group.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestPartitionsAreSharedEvenlyAndStayWhereTheyAre draws what members held before.
func TestPartitionsAreSharedEvenlyAndStayWhereTheyAre(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		count := rapid.IntRange(1, 20).Draw(t, "partitions")
		held := map[string][]int{}
		var all []int
		for i := range rapid.IntRange(1, 6).Draw(t, "members") {
			held[string(rune('a'+i))] = rapid.SliceOfNDistinct(rapid.IntRange(0, 25), 0, 8, rapid.ID).Draw(t, "held")
		}
		for p := range count {
			all = append(all, p)
		}
		got := eventlog.Assign(held, all)
		var assigned []int
		least, most := count/len(held), (count+len(held)-1)/len(held)
		for m := range held {
			assigned = append(assigned, got[m]...)
			if n := len(got[m]); n < least || n > most {
				t.Fatalf("%s got %v of %d partitions among %d", m, got[m], count, len(held))
			}
		}
		slices.Sort(assigned)
		if !slices.Equal(assigned, all) {
			t.Fatalf("assigned %v of %v", assigned, all)
		}
		if again := eventlog.Assign(got, all); !holdSame(again, got) {
			t.Fatalf("what is even is moved: %v became %v", got, again)
		}
	})
}

// holdSame reports whether all hold the same, in any order.
func holdSame(a, b map[string][]int) bool {
	for m := range a {
		x, y := slices.Sorted(slices.Values(a[m])), slices.Sorted(slices.Values(b[m]))
		if !slices.Equal(x, y) {
			return false
		}
	}
	return len(a) == len(b)
}
