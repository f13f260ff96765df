package eventlog

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/segmentio/kafka-go"
)

const (
	requestTimeout = 10 * time.Second // of one request and its answer
	dialPatience   = 30 * time.Second // how long Dial and other short calls try
	metadataTTL    = 2 * time.Second  // at most this long is a moved leader looked for in the old place
	idleTimeout    = time.Minute      // below any broker's or balancer's, so that they do not cut first
	firstBackoff   = 20 * time.Millisecond
	lastBackoff    = time.Second
)

// Client reads and writes a log. It is safe for concurrent use.
type Client struct {
	log       *slog.Logger
	brokers   []string
	kafka     *kafka.Client
	transport *kafka.Transport
	patience  time.Duration // how long an append is tried again

	life    context.Context // ends with Close
	end     context.CancelFunc
	running sync.WaitGroup // goroutines that Close waits for

	mu       sync.Mutex
	closed   bool
	lanes    map[place]*lane
	limits   map[string]int // the largest record batch that a topic takes, in bytes
	inFlight int64          // bytes that wait to be acknowledged
}

// place is a partition of a topic.
type place struct {
	topic     string
	partition int
}

// Dial connects to the log through any of brokers (host:port). It tries for half a minute, or until
// ctx ends, and then fails with ErrUnavailable. The client must be closed.
func Dial(ctx context.Context, brokers []string, logger *slog.Logger) (*Client, error) {
	if len(brokers) == 0 {
		return nil, fmt.Errorf("%w: no broker is named", ErrUnavailable)
	}
	life, end := context.WithCancel(context.Background())
	transport := &kafka.Transport{
		ClientID:    "weir",
		MetadataTTL: metadataTTL,
		IdleTimeout: idleTimeout,
		Context:     life,
	}
	c := &Client{
		log:       logger,
		brokers:   brokers,
		kafka:     &kafka.Client{Addr: kafka.TCP(brokers...), Timeout: requestTimeout, Transport: transport},
		transport: transport,
		patience:  appendPatience,
		life:      life,
		end:       end,
		lanes:     make(map[place]*lane),
		limits:    make(map[string]int),
	}
	if _, err := c.ID(ctx); err != nil {
		c.Close()
		return nil, fmt.Errorf("dial %v: %w", brokers, err)
	}
	return c, nil
}

// Close ends the client and waits for its goroutines. Appends under way fail, with ErrUnknown where
// they had been sent.
func (c *Client) Close() {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	c.end()
	c.running.Wait()
	c.transport.CloseIdleConnections()
}

// ID is a short identity of the log, the same for every client of a cluster and for its whole life: a
// position in one log cannot be taken for a position in another.
func (c *Client) ID(ctx context.Context) (string, error) {
	var id string
	err := c.retry(ctx, dialPatience, "identity", func(ctx context.Context) error {
		metadata, err := c.kafka.Metadata(ctx, &kafka.MetadataRequest{})
		if err != nil {
			return err
		}
		if metadata.ClusterID == "" {
			return errors.New("the brokers do not tell their cluster's id")
		}
		sum := sha256.Sum256([]byte(metadata.ClusterID))
		id = base64.RawURLEncoding.EncodeToString(sum[:6])
		return nil
	})
	return id, err
}

// PartitionOf is the partition of a key among a number of partitions, the same that Kafka's own
// clients choose: murmur2.
func PartitionOf(key string, partitions int) int {
	all := make([]int, partitions)
	for i := range all {
		all[i] = i
	}
	return kafka.Murmur2Balancer{Consistent: true}.Balance(kafka.Message{Key: []byte(key)}, all...)
}

// start runs f in a goroutine that Close waits for; false after Close.
func (c *Client) start(f func()) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return false
	}
	c.running.Go(f)
	return true
}

// retry calls f until it succeeds, fails for good, or has failed for as long as patience; a failure
// that may pass is logged the first time. It fails with ErrUnavailable when patience or ctx ends.
func (c *Client) retry(ctx context.Context, patience time.Duration, what string, f func(context.Context) error) error {
	patient, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	defer context.AfterFunc(c.life, cancel)()
	for attempt := 0; ; attempt++ {
		err := f(patient)
		switch {
		case err == nil:
			return nil
		case c.life.Err() != nil:
			return fmt.Errorf("%s: %w", what, ErrClosed)
		case patient.Err() != nil:
			return fmt.Errorf("%s: %w", what, unavailable(errors.Join(context.Cause(ctx), err)))
		case !transient(err):
			return fmt.Errorf("%s: %w", what, err)
		case attempt == 0:
			c.log.Warn("log request failed, trying again", "request", what, "error", err)
		}
		c.renew(err)
		pause(patient, attempt)
	}
}

// renew drops the idle connections, and what is known of the cluster, after an error that makes both
// doubtful: where one connection was cut, the others to that broker are most likely dead too, and each
// would cost another error.
func (c *Client) renew(err error) {
	if cut(err) || unrouted(err) || errors.Is(err, kafka.Unknown) {
		c.transport.CloseIdleConnections()
	}
}

// pause waits before the next attempt, longer each time; false if ctx ends first.
func pause(ctx context.Context, attempt int) bool {
	wait := time.NewTimer(min(firstBackoff<<min(attempt, 10), lastBackoff))
	defer wait.Stop()
	select {
	case <-wait.C:
		return true
	case <-ctx.Done():
		return false
	}
}
