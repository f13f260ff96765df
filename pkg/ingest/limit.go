package ingest

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"weir.dev/weir/pkg/config"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/web"
)

// limit is how much of one tenant is taken in: a bucket of events and one of bytes, which fill at their
// rates. Nil is no limit.
type limit struct {
	mu            sync.Mutex    // lets nobody draw between a look and what follows from it
	events, bytes *rate.Limiter // nil for none
}

// newLimits are the limits of tenants, by their names.
func newLimits(tenants map[string]config.Tenant) map[string]*limit {
	limits := make(map[string]*limit, len(tenants))
	for name, tenant := range tenants {
		limits[name] = newLimit(tenant.IngestLimit)
	}
	return limits
}

// newLimit makes full buckets. Each holds the largest batch at least, so that what is refused now is taken later.
func newLimit(declared *config.IngestLimit) *limit {
	if declared == nil {
		return nil
	}
	bucket := func(perSecond *int, least int) *rate.Limiter {
		if perSecond == nil {
			return nil
		}
		return rate.NewLimiter(rate.Limit(*perSecond), max(*perSecond*declared.BurstSeconds, least))
	}
	return &limit{
		events: bucket(declared.EventsPerSecond, event.MaxBatchEvents),
		bytes:  bucket(declared.BytesPerSecond, event.MaxBatchBytes),
	}
}

// take draws events and their bytes, if both are there; else it draws nothing and returns for how long to wait.
func (l *limit) take(now time.Time, events, bytes int) (wait time.Duration) {
	if l == nil {
		return 0
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if wait = l.wait(now, events, bytes); wait > 0 {
		return wait
	}
	draw(l.events, now, events)
	draw(l.bytes, now, bytes)
	return 0
}

// wait is how long it takes until so much can be drawn; 0 if it can be now.
func (l *limit) wait(now time.Time, events, bytes int) time.Duration {
	if l == nil {
		return 0
	}
	return max(lacking(l.events, now, events), lacking(l.bytes, now, bytes))
}

func draw(bucket *rate.Limiter, now time.Time, n int) {
	if bucket != nil {
		bucket.ReserveN(now, min(n, bucket.Burst()))
	}
}

func lacking(bucket *rate.Limiter, now time.Time, n int) time.Duration {
	if bucket == nil {
		return 0
	}
	missing := float64(min(n, bucket.Burst())) - bucket.TokensAt(now)
	return time.Duration(max(0, missing) / float64(bucket.Limit()) * float64(time.Second))
}

// limited is the problem of a request that came too early by so much; nil where it did not.
func (g *gate) limited(tenant string, wait time.Duration) error {
	if wait <= 0 {
		return nil
	}
	g.metrics.Limited(tenant, HTTP)
	seconds := int(math.Ceil(wait.Seconds()))
	return web.NewProblem(http.StatusTooManyRequests, "limit", "The tenant sends more than its limit",
		fmt.Sprintf("nothing of this request was taken in; its ingest_limit has room again in %d s", seconds)).
		With("Retry-After", strconv.Itoa(seconds))
}

// await draws what records of an inbox need, and waits as long as it is not there. Requests of the tenant may come
// first: their senders do not wait as patiently.
func (g *gate) await(ctx context.Context, tenant, topic string, recs []event.Record) error {
	bytes := 0
	for i := range recs {
		bytes += len(recs[i].Value)
	}
	for told := false; ; told = true {
		pause := g.limits[tenant].take(g.now(), len(recs), bytes)
		if pause <= 0 {
			return nil
		}
		if !told {
			g.metrics.Limited(tenant, topic)
		}
		if wait(ctx, pause); ctx.Err() != nil {
			return ctx.Err()
		}
	}
}
