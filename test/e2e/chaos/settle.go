package main

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/segmentio/kafka-go"

	"weir.dev/weir/test/e2e/stand"
)

// applied waits until all that was sent is acknowledged and in the numbers.
func (r *round) applied() error {
	acknowledged := make(chan error, 1)
	go func() { acknowledged <- r.tr.Wait() }()
	select {
	case err := <-acknowledged:
		if err != nil {
			return err
		}
	case <-time.After(2 * patience):
		return errors.New("the last batches are not acknowledged in time")
	}
	for sender, position := range r.tr.Positions() {
		if err := r.await(sender, position); err != nil {
			return err
		}
	}
	for _, p := range r.extra {
		if err := r.await(p.sender, p.position); err != nil {
			return err
		}
	}
	return nil
}

const givenUp = "partitions given up to another owner"

// settle waits until all is applied, and asks whether it is there once.
func (r *round) settle() error {
	if err := r.applied(); err != nil {
		return err
	}
	for _, tr := range r.all {
		count := tr.Counts()
		r.Sent += count.Sent
		r.Acked += count.Acked
		r.Repeated += count.Repeated
	}
	for _, p := range r.extra {
		r.Sent += len(p.events)
		r.Acked += len(p.events)
	}
	for _, a := range r.weir.aggregators {
		r.Seen[givenUp] += a.gaveUp()
	}
	err := r.compare()
	missing, lost := r.missing()
	r.Lost = max(r.Lost, missing)
	cells, wrong := r.weir.audit(r.ctx)
	r.Cells += cells
	if r.Lost+r.Doubled > 0 {
		err = errors.Join(err, fmt.Errorf("%d lost, %d counted twice", r.Lost, r.Doubled))
	}
	return errors.Join(err, lost, wrong)
}

// await waits until a position is in the numbers.
func (r *round) await(sender int, position string) error {
	return stand.Eventually(r.ctx, 2*patience, "what was posted is in the numbers of "+tenants[sender].name, func() error {
		status, body, err := r.ask(sender, "/v1/metrics/deals_created?after="+position)
		if err == nil && status != http.StatusOK {
			err = fmt.Errorf("%d: %v", status, body)
		}
		return err
	})
}

// ask asks the query service in the name of a tenant.
func (r *round) ask(sender int, path string) (status int, body any, err error) {
	return stand.Ask(r.ctx, r.weir.query.url(path), stand.Bearer(tenants[sender].key))
}

// dealsCreated asks for what each deal adds one to.
const dealsCreated = "/v1/metrics/deals_created?window=2026-Q1"

// value is the first value of an answer.
func (r *round) value(sender int, path string) (int, error) {
	status, body, err := r.ask(sender, path)
	if err != nil {
		return 0, err
	}
	got, _ := stand.At(body, "/values/0/value")
	number, ok := got.(float64)
	if status != http.StatusOK || !ok {
		return 0, fmt.Errorf("%s: %d: %v", path, status, body)
	}
	return int(number), nil
}

// sum is what the numbers of a tenant must come to.
func (r *round) sum(sender int) (sum stand.Tally) {
	for _, tr := range r.all {
		of, _ := tr.SumOf(sender)
		sum.Add(of)
	}
	for _, p := range r.extra {
		if p.sender == sender {
			sum.Add(p.sum)
		}
	}
	return sum
}

// compare asks for what each tenant's numbers must come to: what is less is lost, what is more was counted twice. Whether
// an amount was changed shows in the bookings alone.
func (r *round) compare() error {
	var errs error
	for sender := range tenants {
		want := r.sum(sender)
		got, err := r.tally(sender)
		if err != nil {
			return err
		}
		for _, pair := range [][2]int{
			{got.Created, want.Created}, {got.Moved, want.Moved}, {got.Activities, want.Activities}, {got.Won, want.Won}, {got.Lost, want.Lost},
		} {
			r.Lost += max(0, pair[1]-pair[0])
			r.Doubled += max(0, pair[0]-pair[1])
		}
		if got.Bookings != want.Bookings {
			errs = errors.Join(errs, fmt.Errorf("bookings of %s: %d, want %d", tenants[sender].name, got.Bookings, want.Bookings))
		}
		r.Applied += want.Events()
	}
	r.Applied -= r.Lost
	return errs
}

// tally is what a tenant's numbers come to.
func (r *round) tally(sender int) (sum stand.Tally, err error) {
	for _, q := range []struct {
		metric string
		to     *int
	}{
		{"deals_created", &sum.Created},
		{"stage_entries", &sum.Moved},
		{"activities", &sum.Activities},
		{"deals_won", &sum.Won},
		{"deals_lost", &sum.Lost},
		{"bookings", &sum.Bookings},
	} {
		if *q.to, err = r.value(sender, "/v1/metrics/"+q.metric+"?window=2026-Q1"); err != nil {
			return sum, err
		}
	}
	sum.Moved -= sum.Created // which is an entry, too
	return sum, nil
}

// missing reads the log, and counts the acknowledged events that it does not hold.
func (r *round) missing() (n int, err error) {
	held := map[string]bool{}
	err = records(r.ctx, r.weir.kafka, eventsTopic, func(m kafka.Message) {
		for _, h := range m.Headers {
			if h.Key == "ce_id" {
				held[string(m.Key)+" "+string(h.Value)] = true
			}
		}
	})
	if err != nil {
		return 0, err
	}
	count := func(sender int, events []stand.CloudEvent) {
		for i := range events {
			if !held[tenants[sender].name+" "+events[i].ID] {
				n++
			}
		}
	}
	for _, tr := range r.all {
		for sender := range tenants {
			_, batches := tr.SumOf(sender)
			for number := range batches {
				events, _ := tr.Batch(sender, number)
				count(sender, events)
			}
		}
	}
	for _, p := range r.extra {
		count(p.sender, p.events)
	}
	return n, nil
}
