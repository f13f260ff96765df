// Package store keeps the state of partitions in Redis: fenced commits of rows together with the
// offset, reads of rows, and consistent cuts for queries. It uses plain commands only (no scripts,
// no increments), so it runs alike on Redis, Valkey, Redis Cluster and an in-process server. What
// rows mean never lives here, nor does any retry of a commit: whoever commits decides that.
//
// All keys are hashes, and all of one partition share one hash tag, so one slot of a cluster:
//
//	weir:{<p>}:meta               the generations (fields in generation.go): the one that answers, live, …
//	weir:{<p>}:<gen>:meta         where the generation's state stands (fields in meta.go)
//	weir:{<p>}:<gen>:<group key>  the rows of a group: field → value + 4 bytes of checksum
//
// weir is Config.Prefix, <p> the partition in decimal, <gen> the first 16 hex digits of the
// definition's hash, with a dot and a number where that definition's state was built anew. A group key is any text but "" and "meta".
package store

import (
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"weir.dev/weir/pkg/engine"
)

// What a store refuses or finds, beside engine's ErrFenced, ErrMoved and ErrDefinition.
var (
	// ErrUnknown says that a commit was sent and no answer came: it is in the store, or it is not.
	ErrUnknown = errors.New("unknown outcome: the commit was sent, its answer is lost")
	// ErrCorrupt says that what the store holds is not what was written; the error names the key
	// and the field.
	ErrCorrupt = engine.ErrCorrupt
	// ErrNoState says that the partition has no live state: nothing was ever claimed, or all is lost.
	ErrNoState = errors.New("no state: the partition has no live generation")
)

// MaxChanges bounds one Commit. Callers commit fewer (engine.MaxRows), since a server does nothing else
// during an EXEC; but what one record changes is never parted, and an account tells each of its users and
// tickets what it has become.
const MaxChanges = 200_000

// Config says which state a Store keeps.
type Config struct {
	Definition string // hash of all that shapes contributions, hex, at least 16 digits
	Partitions int    // of the log
	Prefix     string // first part of every key; "weir" where empty
}

// Store implements engine.Store on Redis, and reads for queries. It is safe for concurrent use.
type Store struct {
	committer redis.UniversalClient
	reader    redis.UniversalClient
	cfg       Config
	gen       string                   // the definition's first generation
	current   []atomic.Pointer[string] // by partition, the generation of it that was found live; nil: the first
	building  bool                     // current is not live but built beside
}

// New makes a store on two clients, which its Close closes. The committer must not retry (MaxRetries
// -1): a retried transaction could run twice.
func New(committer, reader redis.UniversalClient, cfg Config) (*Store, error) {
	if cfg.Prefix == "" {
		cfg.Prefix = "weir"
	}
	if strings.ContainsAny(cfg.Prefix, "{}") {
		return nil, fmt.Errorf("store: prefix %q: braces belong to the hash tag", cfg.Prefix)
	}
	if cfg.Partitions < 1 {
		return nil, fmt.Errorf("store: %d partitions", cfg.Partitions)
	}
	gen, err := generation(cfg.Definition)
	if err != nil {
		return nil, err
	}
	return &Store{
		committer: committer, reader: reader, cfg: cfg, gen: gen, current: make([]atomic.Pointer[string], cfg.Partitions),
	}, nil
}

// Dial makes a store on clients of its own, which Close closes. It connects when first used. The
// address is host:port, several of them with commas between for a Redis Cluster, or a URL
// redis://user:password@host:port/db (rediss:// with TLS).
func Dial(addr string, cfg Config) (*Store, error) {
	s, err := New(nil, nil, cfg)
	if err != nil {
		return nil, err
	}
	opts, err := options(addr)
	if err != nil {
		return nil, err
	}
	committer, reader := *opts, *opts
	committer.MaxRetries = -1
	committer.WriteBufferSize = 1 << 20 // a commit leaves in one write
	reader.ReadBufferSize = 1 << 18
	s.committer, s.reader = redis.NewUniversalClient(&committer), redis.NewUniversalClient(&reader)
	return s, nil
}

// Close closes both clients.
func (s *Store) Close() error {
	return errors.Join(s.committer.Close(), s.reader.Close())
}

func options(addr string) (*redis.UniversalOptions, error) {
	opts := &redis.UniversalOptions{Addrs: strings.Split(addr, ",")}
	if strings.Contains(addr, "://") {
		u, err := redis.ParseURL(addr)
		if err != nil {
			return nil, fmt.Errorf("store: address: %w", err)
		}
		opts = &redis.UniversalOptions{
			Addrs: []string{u.Addr}, DB: u.DB, Username: u.Username, Password: u.Password, TLSConfig: u.TLSConfig,
		}
	}
	opts.Protocol = 2 // nothing here is pushed, and with 3 every read looks for pushes first
	opts.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	opts.ContextTimeoutEnabled = true
	opts.DialTimeout = 2 * time.Second
	opts.ReadTimeout = 5 * time.Second // a server may stand still for a fork or an fsync
	opts.WriteTimeout = 5 * time.Second
	opts.ReadBufferSize = 1 << 16
	opts.WriteBufferSize = 1 << 16
	return opts, nil
}
