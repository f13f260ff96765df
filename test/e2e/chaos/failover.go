package main

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/redis/go-redis/v9"

	"weir.dev/weir/test/e2e/stand"
)

// failOver cuts the link of a replica, lets the master die and promotes the replica, which lacks the last writes. Weir
// finds Redis through a proxy, as it would through an address that moves.
func failOver(r *round) (err error) {
	if err := r.onBroker(); err != nil {
		return err
	}
	pair := &pair{round: r}
	if pair.replica, err = r.newRedis("replica"); err != nil {
		return err
	}
	if pair.link, err = r.proxy(stand.Listen, r.store.addr); err != nil {
		return err
	}
	if pair.front, err = r.proxy(stand.Listen, r.store.addr); err != nil {
		return err
	}
	r.weir.redis = pair.front.Addr()
	if err := pair.follow(); err != nil {
		return err
	}
	if err := r.begin(2, 60_000, 60*time.Second); err != nil {
		return err
	}
	return r.throughout(100*time.Millisecond, time.Second, pair.failOver)
}

// proxy is one that ends with the round.
func (r *round) proxy(listen func(server string) (*stand.Proxy, error), server string) (*stand.Proxy, error) {
	p, err := listen(server)
	if err == nil {
		r.defers(func() error { p.Close(); return nil })
	}
	return p, err
}

// pair is the round's Redis with a replica.
type pair struct {
	*round
	replica     *server
	link, front *stand.Proxy // between the two, and before whichever is the master
}

// follow makes the replica follow the master through the link, and waits until it has all.
func (p *pair) follow() error {
	if err := p.redis.ConfigSet(p.ctx, "repl-diskless-sync-delay", "0").Err(); err != nil {
		return err
	}
	p.link.Lead(p.store.addr)
	p.link.Set(stand.None)
	client := openRedis(p.replica.addr)
	defer func() { _ = client.Close() }() // it has done its work
	host, port, _ := strings.Cut(p.link.Addr(), ":")
	if err := client.ReplicaOf(p.ctx, host, port).Err(); err != nil {
		return err
	}
	return stand.Eventually(p.ctx, patience, "a replica that follows", func() error {
		info, err := client.Info(p.ctx, "replication").Result()
		if err == nil && !strings.Contains(info, "master_link_status:up") {
			err = errors.New(info)
		}
		return err
	})
}

func (p *pair) failOver() error {
	p.link.Set(stand.Down)
	if err := p.moment(200*time.Millisecond, 5*time.Second); err != nil {
		return err
	}
	before, err := standings(p.ctx, p.redis)
	if err != nil {
		return err
	}
	if err := p.store.kill(p.ctx); err != nil {
		return err
	}
	promoted := openRedis(p.replica.addr)
	if err := promoted.ReplicaOf(p.ctx, "no", "one").Err(); err != nil {
		return err
	}
	if err := p.rolledBack(promoted, before); err != nil {
		return err
	}
	if err := p.lead(promoted); err != nil {
		return err
	}
	if err := p.recovered(time.Now()); err != nil {
		return err
	}
	// What was the master begins anew as the replica.
	if err := os.RemoveAll(filepath.Join(p.replica.dir, "data")); err != nil {
		return err
	}
	if err := p.replica.again(p.ctx); err != nil {
		return err
	}
	return p.follow()
}

// lead lets Weir find the promoted one. While the aggregators stand still, a question must be answered from the earlier
// state, and say that events wait.
func (p *pair) lead(promoted *redis.Client) error {
	for _, a := range p.weir.aggregators {
		if err := a.Signal(syscall.SIGSTOP); err != nil {
			return err
		}
	}
	p.front.Lead(p.replica.addr)
	at, err := standings(p.ctx, promoted)
	if err == nil {
		err = p.stale(at)
	}
	for _, a := range p.weir.aggregators {
		err = errors.Join(err, a.Signal(syscall.SIGCONT))
	}
	p.store, p.replica = p.replica, p.store
	old := p.redis
	p.redis = promoted
	return errors.Join(err, old.Close())
}

// stale asks for a number of the first partition that lies behind its log.
func (p *pair) stale(at [partitions]standing) error {
	end, err := ends(p.ctx, p.kafka)
	if err != nil {
		return err
	}
	for sender := range tenants {
		if at[sender].offset >= end[sender] || at[sender].offset == 0 {
			continue
		}
		return stand.Eventually(p.ctx, patience, "an answer that says how old it is", func() error {
			status, body, err := p.ask(sender, dealsCreated)
			if err != nil {
				return err
			}
			lag, _ := stand.At(body, "/freshness/lag_events")
			if waiting, said := lag.(float64); status != http.StatusOK || !said || waiting == 0 {
				return fmt.Errorf("%d: %v", status, body)
			}
			p.Seen["answers from the earlier state that said so"]++
			return nil
		})
	}
	return nil
}
