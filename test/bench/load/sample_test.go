package main

import (
	"math"
	"testing"
	"time"
)

func TestMetricsAreSummedOverTheirLabels(t *testing.T) {
	got := sums("# HELP go_goroutines Number 3\n# TYPE go_goroutines gauge\ngo_goroutines 12\n" +
		"weir_lag_events{partition=\"0\"} 3\nweir_lag_events{partition=\"1\",note=\"a } b\"} 4.5e+01\nbroken\n")
	if len(got) != 2 || got["go_goroutines"] != 12 || got["weir_lag_events"] != 48 {
		t.Errorf("read %v", got)
	}
}

func TestATrendIsThatOfTheLineWhateverSwingsAroundIt(t *testing.T) {
	for _, c := range []struct{ start, perSample, mean, rise float64 }{{100, 0, 100, 0}, {100, 2, 199, 198}, {50, -0.5, 25.25, -49.5}} {
		var samples []sample
		for i := range 100 {
			s := sample{at: time.Duration(i) * 5 * time.Second}
			s.values[1] = c.start + c.perSample*float64(i) + []float64{7, -7, -7, 7}[i%4]
			samples = append(samples, s)
		}
		if mean, rise := trend(samples, 1); math.Abs(mean-c.mean) > 0.1 || math.Abs(rise-c.rise) > 1 {
			t.Errorf("%v: mean %.2f, rise %.2f, want %.2f, %.2f", c, mean, rise, c.mean, c.rise)
		}
	}
	if _, rise := trend(make([]sample, 1), 0); rise != 0 {
		t.Errorf("a single sample rises by %v", rise)
	}
}
