package main

import (
	"net"
	"strings"
	"time"

	"weir.dev/weir/test/e2e/stand"
)

// cutIngestor cuts and holds up what passes between the ingestor and Kafka.
func cutIngestor(r *round) error {
	broker, door, err := r.parts.behindDoor(r.ctx)
	if err != nil {
		return err
	}
	if err := r.on(broker.addr); err != nil {
		return err
	}
	r.weir.ingestorKafka = door.Addr()
	r.defers(func() error { door.Set(stand.None); return nil })
	if err := r.begin(2, 40_000, 60*time.Second); err != nil {
		return err
	}
	err = r.throughout(100*time.Millisecond, 2*time.Second, func() error {
		return r.disturb(door, []stand.Fault{stand.Down, stand.Hang, stand.Slow}, 12*time.Second)
	})
	if err != nil {
		return err
	}
	for _, tr := range r.all {
		r.Seen["requests that were not acknowledged"] += tr.Counts().Failures
	}
	return bounded(r.weir.ingestor.Program)
}

// disturb makes one of some faults for a while.
func (r *round) disturb(p *stand.Proxy, faults []stand.Fault, longest time.Duration) error {
	fault := faults[r.choose.IntN(len(faults))]
	p.Set(fault)
	r.inject("failures of the network (" + fault.String() + ")")
	err := r.moment(100*time.Millisecond, longest)
	healed := time.Now()
	p.Set(stand.None)
	if err != nil {
		return err
	}
	return r.recovered(healed)
}

// cutAggregators cuts and holds up what passes between the aggregators and Redis, and loses replies of commits.
func cutAggregators(r *round) error {
	if err := r.onBroker(); err != nil {
		return err
	}
	proxy, err := r.proxy(stand.ListenRedis, r.store.addr)
	if err != nil {
		return err
	}
	r.weir.aggregatorRedis = proxy.Addr()
	if err := r.begin(2, 40_000, 60*time.Second); err != nil {
		return err
	}
	return r.throughout(100*time.Millisecond, time.Second, func() error {
		if _, batches := r.tr.SumOf(0); r.choose.IntN(2) == 0 && batches < r.tr.Batches-fewBatches {
			if err := proxy.LoseNext(r.ctx, patience); err != nil {
				return err
			}
			r.inject("commits that were executed and whose reply was lost")
			return r.recovered(time.Now())
		}
		return r.disturb(proxy, []stand.Fault{stand.Down, stand.Hang, stand.Slow}, 6*time.Second)
	})
}

// freePort is one that nothing listens on.
func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	addr := l.Addr().String()
	return addr[strings.LastIndex(addr, ":")+1:], l.Close()
}
