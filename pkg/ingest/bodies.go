package ingest

import (
	"context"
	"time"

	"golang.org/x/sync/semaphore"

	"weir.dev/weir/pkg/config"
)

const (
	bodiesBytes  = 256 << 20       // bodies that are held at any moment, together
	tenantBytes  = bodiesBytes / 4 // and of one tenant, where there are others
	bodyPatience = 2 * time.Second // what a request waits until its body can be held
)

// bodies bounds the bodies that are held: of all tenants together, and of each, so that no one keeps the
// others out, be it by many requests or by slow ones.
type bodies struct {
	all    *semaphore.Weighted
	tenant map[string]*semaphore.Weighted
}

func newBodies(tenants map[string]config.Tenant) bodies {
	share := int64(bodiesBytes)
	if len(tenants) > 1 {
		share = tenantBytes
	}
	b := bodies{semaphore.NewWeighted(bodiesBytes), map[string]*semaphore.Weighted{}}
	for name := range tenants {
		b.tenant[name] = semaphore.NewWeighted(share)
	}
	return b
}

// hold waits until a body of this many bytes can be held, and returns what ends that; nil where it cannot be
// for too long.
func (b bodies) hold(ctx context.Context, tenant string, bytes int64) (release func()) {
	ctx, cancel := context.WithTimeout(ctx, bodyPatience)
	defer cancel()
	share := b.tenant[tenant]
	if share.Acquire(ctx, bytes) != nil {
		return nil
	}
	if b.all.Acquire(ctx, bytes) != nil {
		share.Release(bytes)
		return nil
	}
	return func() {
		b.all.Release(bytes)
		share.Release(bytes)
	}
}
