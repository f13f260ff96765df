package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"weir.dev/weir/test/bench/services"
)

// columns are what a sample holds, by their names in the CSV file.
var columns = []string{
	"ingestor_resident_mib", "aggregator_resident_mib", "query_resident_mib",
	"ingestor_goroutines", "aggregator_goroutines", "query_goroutines",
	"redis_used_mib", "lag_events",
}

// Places of columns: the services lie in the order ingestor, aggregator, query.
const (
	residentAt   = 0
	goroutinesAt = 3
	redisAt      = 6
	lagAt        = 7
)

var serviceNames = []string{"ingestor", "aggregator", "query"}

// sample is how things stood at a moment.
type sample struct {
	at      time.Duration // since the start
	values  [8]float64    // by columns
	refused float64       // events so far that the aggregator passed over
}

const mebibyte = 1 << 20

// look takes a sample.
func look(ctx context.Context, s *services.Services, redis string, at time.Duration) (sample, error) {
	out := sample{at: at}
	for i, addr := range []string{s.Ingestor, s.Aggregator, s.Query} {
		_, text, err := services.Get(ctx, "http://"+addr+"/metrics", "")
		if err != nil {
			return out, fmt.Errorf("%s: %w", serviceNames[i], err)
		}
		metrics := sums(string(text))
		out.values[residentAt+i] = metrics["process_resident_memory_bytes"] / mebibyte
		out.values[goroutinesAt+i] = metrics["go_goroutines"]
		out.values[lagAt] += metrics["weir_lag_events"]
		out.refused += metrics["weir_refused_total"]
	}
	used, err := services.RedisMemory(ctx, redis)
	out.values[redisAt] = float64(used) / mebibyte
	return out, err
}

// sums reads metrics in Prometheus' text format: of each name the sum over its labels.
func sums(text string) map[string]float64 {
	all := map[string]float64{}
	for line := range strings.Lines(text) {
		name, number, ok := strings.Cut(strings.TrimSpace(line), " ")
		if at := strings.LastIndexByte(line, '}'); at >= 0 { // labels may hold spaces
			name, _, _ = strings.Cut(line, "{")
			number = strings.TrimSpace(line[at+1:])
		}
		if value, err := strconv.ParseFloat(number, 64); ok && err == nil && !strings.HasPrefix(line, "#") {
			all[name] += value
		}
	}
	return all
}

// writeCSV writes samples to a file.
func writeCSV(file string, samples []sample) error {
	var text bytes.Buffer
	w := csv.NewWriter(&text)
	rows := [][]string{append([]string{"seconds"}, columns...)}
	for _, s := range samples {
		row := []string{strconv.FormatFloat(s.at.Seconds(), 'f', 0, 64)}
		for _, v := range s.values {
			row = append(row, strconv.FormatFloat(v, 'f', -1, 64))
		}
		rows = append(rows, row)
	}
	if err := w.WriteAll(rows); err != nil {
		return err
	}
	return os.WriteFile(file, text.Bytes(), 0o644)
}

// trend is the line that fits a column best: its mean, and by how much it rises from the first sample to the last.
func trend(samples []sample, column int) (mean, rise float64) {
	n := float64(len(samples))
	var at float64
	for _, s := range samples {
		at += s.at.Seconds() / n
		mean += s.values[column] / n
	}
	var together, alone float64
	for _, s := range samples {
		d := s.at.Seconds() - at
		together += d * (s.values[column] - mean)
		alone += d * d
	}
	if alone == 0 {
		return mean, 0
	}
	return mean, together / alone * (samples[len(samples)-1].at - samples[0].at).Seconds()
}
