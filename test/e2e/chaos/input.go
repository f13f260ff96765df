package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"time"

	"weir.dev/weir/test/e2e/stand"
)

// quietly runs Weir with a little traffic beside what a row sends, and settles.
func (r *round) quietly(send func() error) error {
	if err := r.onBroker(); err != nil {
		return err
	}
	if err := r.begin(2, 10_000, 2*time.Second); err != nil {
		return err
	}
	if err := send(); err != nil {
		return err
	}
	return r.settle()
}

// ingest posts a body in the name of a tenant.
func (r *round) ingest(sender int, contentType string, body []byte, headers map[string]string) (int, stand.Receipt, error) {
	all := stand.Bearer(tenants[sender].key)
	for name, value := range headers {
		all[name] = value
	}
	return stand.Send(r.ctx, r.weir.ingestor.url("/v1/events"), contentType, body, all)
}

// deliver posts a batch until its good events are acknowledged.
func (r *round) deliver(sender int, events []stand.CloudEvent) (answer stand.Receipt, err error) {
	err = stand.Eventually(r.ctx, patience, "an acknowledgement", func() error {
		var status int
		status, answer, err = r.ingest(sender, stand.BatchType, encode(events), nil)
		if err == nil && status != http.StatusAccepted {
			err = fmt.Errorf("status %d, %d accepted, %d rejected", status, answer.Accepted, answer.Rejected)
		}
		return err
	})
	return answer, err
}

// accept posts events that must all be accepted, and returns where they lie.
func (r *round) accept(sender int, events []stand.CloudEvent) (position string, err error) {
	answer, err := r.deliver(sender, events)
	if err == nil && answer.Accepted != len(events) {
		err = fmt.Errorf("%d of %d events are accepted", answer.Accepted, len(events))
	}
	return answer.Position, err
}

// refuse posts what must be refused, all of it.
func (r *round) refuse(kind string, status int, contentType string, body []byte, headers map[string]string) error {
	got, answer, err := r.ingest(r.choose.IntN(partitions), contentType, body, headers)
	if err != nil {
		return fmt.Errorf("%s: %w", kind, err)
	}
	if got != status || answer.Accepted > 0 {
		return fmt.Errorf("%s: status %d, %d accepted; want %d", kind, got, answer.Accepted, status)
	}
	r.inject(kind)
	return nil
}

// oversize posts what is larger than is taken.
func oversize(r *round) error {
	return r.quietly(func() error {
		big := stand.DealCreated("big", 100, "2026-02-10T09:30:00Z")
		big.Data["note"] = strings.Repeat("x", 2<<20)
		var many []stand.CloudEvent
		for i := range 1001 {
			many = append(many, stand.DealCreated(fmt.Sprintf("many-%d", i), 1, "2026-02-10T09:30:00Z"))
		}
		var bomb bytes.Buffer
		pack := gzip.NewWriter(&bomb)
		if _, err := pack.Write(bytes.Repeat([]byte(" "), 256<<20)); err != nil {
			return err
		}
		if err := pack.Close(); err != nil {
			return err
		}
		for _, c := range []struct {
			kind, contentType string
			body              []byte
			headers           map[string]string
		}{
			{"events of 2 MiB", stand.StructuredType, encode(big), nil},
			{"batches of 8 MiB", stand.BatchType, encode([]stand.CloudEvent{big, big, big, big}), nil},
			{"batches of 1,001 events", stand.BatchType, encode(many), nil},
			{"gzip bombs of 256 MiB", stand.BatchType, bomb.Bytes(), map[string]string{"Content-Encoding": "gzip"}},
		} {
			if err := r.refuse(c.kind, http.StatusRequestEntityTooLarge, c.contentType, c.body, c.headers); err != nil {
				return err
			}
		}
		return bounded(r.weir.ingestor.Program)
	})
}

func encode(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // it is made of texts and numbers
	}
	return text
}

// mixed posts batches of which some events break a rule: those are refused, each by itself, and the others count.
func mixed(r *round) error {
	return r.quietly(func() error {
		for number := range 20 {
			sender := r.choose.IntN(partitions)
			events, sum := stand.Lives(sender, farBatches+number, dealsPerBatch, time.Hour)
			bad := map[int]bool{}
			batch := slices.Clone(events)
			for range 1 + r.choose.IntN(10) {
				wrong := stand.DealCreated("wrong", 100, "yesterday")
				at := r.choose.IntN(len(batch) + 1)
				batch = slices.Insert(batch, at, wrong)
			}
			for i := range batch {
				bad[i] = batch[i].Time == "yesterday"
			}
			answer, err := r.deliver(sender, batch)
			if err != nil {
				return err
			}
			if answer.Accepted != len(events) || len(answer.Results) != len(batch) {
				return fmt.Errorf("a mixed batch: %d of %d events are accepted, with %d results", answer.Accepted, len(events), len(answer.Results))
			}
			for i, result := range answer.Results {
				if (result.Status == "rejected") != bad[i] {
					return fmt.Errorf("event %d of a mixed batch is %s", i, result.Status)
				}
			}
			r.own(sender, answer.Position, events, sum)
			r.Faults["events that break a rule, among good ones"] += len(batch) - len(events)
		}
		return nil
	})
}

// farBatches is a number of a batch that traffic does not reach.
const farBatches = 1_000_000

// conflicts sends known ids with another body: the first one stands.
func conflicts(r *round) error {
	return r.quietly(func() error {
		if err := r.applied(); err != nil {
			return err
		}
		sent := 0
		for sender := range tenants {
			events, _ := r.tr.Batch(sender, 0)
			events = slices.DeleteFunc(events, func(e stand.CloudEvent) bool { return e.Data["amount"] == nil })
			for i := range events {
				events[i].Data["amount"] = 77_777
			}
			position, err := r.accept(sender, events)
			if err != nil {
				return err
			}
			if err := r.await(sender, position); err != nil {
				return err
			}
			sent += len(events)
		}
		r.Faults["known ids with another body"] += sent
		reported := 0
		err := r.letters(func(l letter) {
			if l.Reason == "conflict" {
				reported++
			}
		})
		if err == nil && reported != sent {
			err = fmt.Errorf("%d conflicts of %d are reported", reported, sent)
		}
		return err
	})
}

// duplicates sends a third of all batches again.
func duplicates(r *round) error {
	if err := r.onBroker(); err != nil {
		return err
	}
	r.repeats = 0.5
	if err := r.begin(2, 30_000, 5*time.Second); err != nil {
		return err
	}
	err := r.settle()
	r.Faults["events that were sent again"] += r.Repeated
	return err
}

// disorder sends all events of a tenant in a random order, so that deals end before they begin.
func disorder(r *round) error {
	if err := r.onBroker(); err != nil {
		return err
	}
	const batches = 20
	var order [partitions][]stand.CloudEvent
	var sums [partitions]stand.Tally
	for sender := range order {
		order[sender], sums[sender] = stand.Lives(sender, 0, batches*dealsPerBatch, time.Hour)
		shuffle := rand.New(rand.NewPCG(r.Seed, uint64(sender)))
		shuffle.Shuffle(len(order[sender]), func(i, j int) {
			order[sender][i], order[sender][j] = order[sender][j], order[sender][i]
		})
	}
	r.defers(r.weir.stop)
	if err := r.weir.start(r.ctx, 2); err != nil {
		return err
	}
	r.post(&stand.Traffic{
		Batches: batches, Repeats: 0.1,
		Batch: func(sender, number int) (events []stand.CloudEvent, sum stand.Tally) {
			all := order[sender]
			if number == 0 {
				sum = sums[sender]
			}
			return all[len(all)*number/batches : len(all)*(number+1)/batches], sum
		},
	})
	err := r.settle()
	r.Faults["events out of their order"] += r.Acked
	return err
}

// late sends events of years ago among those of now: they are in the numbers of their own time.
func late(r *round) error {
	return r.quietly(func() error {
		for sender := range tenants {
			var events []stand.CloudEvent
			for i := range 50 {
				day := time.Date(2017, 1, 1, 9, 0, 0, 0, time.UTC).AddDate(0, 0, r.choose.IntN(89))
				events = append(events, stand.DealCreated(fmt.Sprintf("late-%d", i), 100, day.Format(time.RFC3339)))
			}
			position, err := r.accept(sender, events)
			if err != nil {
				return err
			}
			if err := r.await(sender, position); err != nil {
				return err
			}
			got, err := r.value(sender, "/v1/metrics/deals_created?window=2017-Q1")
			if err != nil {
				return err
			}
			if got != len(events) {
				return fmt.Errorf("%d late deals, want %d", got, len(events))
			}
			r.Faults["events of nine years ago"] += len(events)
		}
		return nil
	})
}

// ahead sends events of the future: up to a day ahead they count, what is later is refused.
func ahead(r *round) error {
	return r.quietly(func() error {
		for _, far := range []string{time.Now().Add(25 * time.Hour).UTC().Format(time.RFC3339), "2099-01-01T00:00:00Z"} {
			for range 10 {
				e := stand.DealCreated("ahead", 100, far)
				if err := r.refuse("events of more than a day ahead", http.StatusBadRequest, stand.StructuredType, encode(e), nil); err != nil {
					return err
				}
			}
		}
		return nil
	})
}
