package serve

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"weir.dev/weir/pkg/eventlog"
	"weir.dev/weir/pkg/store"
)

// stage is a watch over settings that change.
type stage struct {
	mu      sync.Mutex
	wrong   error
	runs    int
	alarms  []string
	passing string
}

func (s *stage) set(wrong error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wrong = wrong
}

func (s *stage) seen() (runs int, alarms []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.runs, slices.Clone(s.alarms)
}

func (s *stage) watch(run func(context.Context) error) *watch {
	return &watch{
		inspect: func(context.Context) error {
			s.mu.Lock()
			defer s.mu.Unlock()
			return s.wrong
		},
		run: func(ctx context.Context) error {
			s.mu.Lock()
			s.runs++
			s.mu.Unlock()
			return run(ctx)
		},
		alarm: func(name string, raised bool, _ error) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.alarms = append(s.alarms, fmt.Sprintf("%s %v", name, raised))
		},
		passing: func(cause error) {
			s.mu.Lock()
			defer s.mu.Unlock()
			if s.passing = ""; cause != nil {
				s.passing = cause.Error()
			}
		},
	}
}

// untilEnd runs until its context ends.
func untilEnd(ctx context.Context) error { <-ctx.Done(); return nil }

func pass(d time.Duration) {
	synctest.Wait()
	<-time.After(d)
	synctest.Wait()
}

func TestPartitionsWaitWhileASettingIsWrongAndGoOnByThemselves(t *testing.T) {
	runbook, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	for wrong, alarm := range map[error]string{
		eventlog.ErrPartitionCount: "partition_count_changed",
		eventlog.ErrRetention:      "retention_not_endless",
		eventlog.ErrTimestampType:  "arrival_not_stamped",
		store.ErrEviction:          "eviction_allowed",
	} {
		if !strings.Contains(string(runbook), "\n### `"+alarm+"`\n") {
			t.Errorf("docs/operations.md does not say what to do about %s", alarm)
		}
		synctest.Test(t, func(t *testing.T) {
			s := &stage{wrong: fmt.Errorf("look: %w", wrong)} // from the start
			ctx, cancel := context.WithCancel(t.Context())
			ended := make(chan error, 1)
			go func() { ended <- s.watch(untilEnd).Run(ctx) }()
			for _, step := range []struct {
				wrong error
				runs  int
			}{{wrong, 0}, {nil, 1}, {errors.New("the network is down"), 1}, {wrong, 1}, {wrong, 1}, {nil, 2}} {
				s.set(step.wrong)
				pass(3 * watchPeriod)
				if step.wrong != nil && settingAlarm(step.wrong) == "" != (s.passing == step.wrong.Error()) {
					t.Errorf("%q is told while %v", s.passing, step.wrong)
				}
				if runs, alarms := s.seen(); runs != step.runs {
					t.Errorf("%s: run %d times while %v, want %d; alarms %q", alarm, runs, step.wrong, step.runs, alarms)
				}
			}
			cancel()
			if err := <-ended; err != nil {
				t.Error(err)
			}
			up, down := alarm+" true", alarm+" false"
			if _, alarms := s.seen(); !slices.Equal(alarms, []string{up, down, up, down}) {
				t.Errorf("alarms %q", alarms)
			}
		})
	}
}

func TestPartitionsThatEndByThemselvesEndTheWatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &stage{}
		gone := errors.New("gone")
		err := s.watch(func(context.Context) error { <-time.After(time.Hour); return gone }).Run(t.Context())
		if !errors.Is(err, gone) {
			t.Errorf("ended with %v", err)
		}
	})
}

func TestAnAlarmOfASettingEndsWithTheWatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &stage{wrong: store.ErrEviction}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		err := s.watch(untilEnd).Run(ctx)
		if runs, alarms := s.seen(); err != nil || runs != 0 || !slices.Equal(alarms, []string{"eviction_allowed true", "eviction_allowed false"}) {
			t.Errorf("%v, %d runs, alarms %q", err, runs, alarms)
		}
	})
}
