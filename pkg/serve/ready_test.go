package serve

import (
	"errors"
	"io"
	"log/slog"
	"testing"

	"weir.dev/weir/pkg/engine"
	"weir.dev/weir/pkg/telemetry"
)

func TestAnAggregatorTellsWhyItIsNotReady(t *testing.T) {
	a := &aggregator{
		logger: slog.New(slog.NewTextHandler(io.Discard, nil)), metrics: telemetry.NewEngineMetrics(telemetry.Registry()),
		stopped: map[int]string{}, held: map[int]string{},
	}
	expect := func(want string) {
		t.Helper()
		if err := a.ready(); (err == nil) != (want == "") || err != nil && err.Error() != want {
			t.Errorf("%v, want %q", err, want)
		}
	}
	expect("waiting for a share of the partitions")
	a.passing(engine.ErrLog) // the group that assigns is away with it
	expect("all partitions: log_unavailable, waiting for a share of the partitions")
	a.start([]int{1, 2})
	a.passing(nil)
	expect("")
	a.stop(1, "state_corrupt", errors.New("a bit"))
	a.hold(2, "store_unavailable")
	expect("partition 1: state_corrupt, partition 2: store_unavailable")
}
