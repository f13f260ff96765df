package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"weir.dev/weir/pkg/client"
	"weir.dev/weir/pkg/company"
)

// demo lets a made-up company live: its history first, as fast as it goes in, then its present.
type demo struct {
	seed          uint64
	rate          float64
	data          string // folder in which it is noted when the company was founded; empty: nowhere
	ingest, query string // URLs
	stdout        io.Writer
	stderr        io.Writer
}

func (d *demo) run(ctx context.Context) error {
	began := time.Now()
	founded, known, err := d.founding(began)
	if err != nil {
		return err
	}
	of := company.New(d.seed, founded)
	history, err := encode(slices.Collect(of.Until(began)))
	if err != nil {
		return err
	}
	s := newShipment(d.ingest, 1000, d.stderr)
	if !known {
		var position string
		err = s.send(ctx, history, len(history), func(a client.Answer) error {
			position = a.Position
			return nil
		})
		if err == nil {
			err = d.numbers(ctx, position, len(history), began)
		}
	}
	if err == nil {
		err = live(ctx, of, d.rate, func(events []json.RawMessage) error {
			answer, err := s.client.Post(ctx, events)
			s.tell(answer)
			return err
		})
	}
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// founding is when the company was founded: a year ago, unless a run before this one on the same data noted
// it; then its history is known.
func (d *demo) founding(now time.Time) (founded time.Time, known bool, err error) {
	founded = now.AddDate(-1, 0, 0)
	if d.data == "" {
		return founded, false, nil
	}
	file := filepath.Join(d.data, fmt.Sprintf("demo-%d", d.seed))
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return founded, false, os.WriteFile(file, []byte(founded.Format(time.RFC3339Nano)), 0o600)
	}
	if err != nil {
		return founded, false, err
	}
	founded, err = time.Parse(time.RFC3339Nano, strings.TrimSpace(string(text)))
	return founded, true, err
}

// numbers prints the first numbers, once everything up to position is in them.
func (d *demo) numbers(ctx context.Context, position string, events int, began time.Time) error {
	fmt.Fprintf(d.stdout, "\nA made-up company of %s events:\n", grouped(events))
	for _, n := range []struct {
		label, path, form string
		unit              float64 // that the value is counted in here
	}{
		{"bookings, last 90 days", "bookings?window=90d", "%.0f EUR", 1},
		{"deals won, last 90 days", "deals_won?window=90d", "%.0f", 1},
		{"win rate, last 90 days", "win_rate?window=90d", "%.1f %%", 0.01},
		{"open pipeline", "open_pipeline", "%.0f EUR", 1},
		{"open deals", "open_deals", "%.0f", 1},
		{"median sales cycle", "sales_cycle_length?window=365d", "%.1f days", 86400},
	} {
		value, err := d.ask(ctx, n.path, position)
		if err != nil {
			return err
		}
		fmt.Fprintf(d.stdout, "  %-24s "+n.form+"\n", n.label, value/n.unit)
	}
	fmt.Fprintf(d.stdout, "%.1f s after the start; it lives on at %g events a second. Stop with Ctrl-C.\n", time.Since(began).Seconds(), d.rate)
	return nil
}

// patience is how long the first answer may take: the history is applied meanwhile.
const patience = 5 * time.Minute

// ask asks for one value, and asks again while the answer is not ready.
func (d *demo) ask(ctx context.Context, path, position string) (float64, error) {
	separator := "?"
	if strings.Contains(path, "?") {
		separator = "&"
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		value, status, err := d.get(ctx, d.query+"/v1/metrics/"+path+separator+"after="+position)
		if err != nil || status == http.StatusOK {
			return value, err
		}
		if status != http.StatusServiceUnavailable {
			return 0, fmt.Errorf("%s: status %d", path, status)
		}
	}
}

func (d *demo) get(ctx context.Context, url string) (value float64, status int, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return 0, 0, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, 0, err
	}
	defer func() { _ = resp.Body.Close() }() // it was read
	var answer struct {
		Values []struct {
			Value float64 `json:"value"`
		} `json:"values"`
	}
	if resp.StatusCode != http.StatusOK {
		_, err = io.Copy(io.Discard, resp.Body)
		return 0, resp.StatusCode, err
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		return 0, resp.StatusCode, err
	}
	if len(answer.Values) == 0 {
		return 0, resp.StatusCode, fmt.Errorf("%s: no value", url)
	}
	return answer.Values[0].Value, resp.StatusCode, nil
}
