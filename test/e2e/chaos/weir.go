package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/segmentio/kafka-go"

	"weir.dev/weir/test/e2e/stand"
)

// partitions are those of the log; there is a tenant for each.
const partitions = 8

// tenant is one whose events lie in the partition of its number.
type tenant struct {
	name, key string
}

// tenants are made so that each has a partition for itself.
var tenants = func() (all [partitions]tenant) {
	spread := kafka.Murmur2Balancer{Consistent: true}
	places := make([]int, partitions)
	for i := range places {
		places[i] = i
	}
	for n, found := 0, 0; found < partitions; n++ {
		name := "company-" + strconv.Itoa(n)
		if at := spread.Balance(kafka.Message{Key: []byte(name)}, places...); all[at].name == "" {
			all[at] = tenant{name, "key-of-" + name}
			found++
		}
	}
	return all
}()

// configuration is what Weir runs with.
func configuration() string {
	var text strings.Builder
	fmt.Fprintf(&text, "partitions: %d\ntenants:\n", partitions)
	for _, t := range tenants {
		fmt.Fprintf(&text, "  %s:\n    stages:\n", t.name)
		for _, stage := range []string{"prospecting, category: open", "negotiation, category: open", "closed_won, category: won", "closed_lost, category: lost"} {
			fmt.Fprintf(&text, "      - {id: %s}\n", stage)
		}
		fmt.Fprintf(&text, "    keys: [{sha256: %x, scopes: [ingest, query]}]\n", sha256.Sum256([]byte(t.key)))
	}
	return text.String()
}

// weir is the services of Weir, on parts.
type weir struct {
	dir    string // of the configuration and the logs
	config string
	kafka  string
	redis  string
	// What a role finds in the place of those; empty: the same.
	ingestorKafka, aggregatorRedis string

	ingestor, query *service
	aggregators     []*service
}

// service is a process of Weir.
type service struct {
	*stand.Program

	mu       sync.Mutex
	addr     string // empty while it is not known
	assigned []int  // partitions
	fenced   int    // how often a partition was found to be somebody else's
}

var assignedLine = regexp.MustCompile(`msg="partitions assigned".* partitions="?\[([\d ]*)\]`)

const fencedText = "partition is somebody else's"

// hear learns from what the process prints.
func (s *service) hear(line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m := stand.ReadyLine.FindStringSubmatch(line); m != nil {
		s.addr = m[2]
	}
	if m := assignedLine.FindStringSubmatch(line); m != nil {
		s.assigned = nil
		for _, text := range strings.Fields(m[1]) {
			n, _ := strconv.Atoi(text) // it is of digits
			s.assigned = append(s.assigned, n)
		}
	}
	if strings.Contains(line, fencedText) {
		s.fenced++
	}
}

// holds are the partitions that it was assigned last.
func (s *service) holds() []int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.assigned
}

// gaveUp is how often it found that a partition is somebody else's.
func (s *service) gaveUp() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.fenced
}

// url is an address of what it serves. While that is not known, nothing answers there.
func (s *service) url(path string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.addr == "" {
		return "http://127.0.0.1:1" + path
	}
	return "http://" + s.addr + path
}

// launch starts its process, without waiting for it.
func (s *service) launch() error {
	s.mu.Lock()
	s.addr, s.assigned = "", nil
	s.mu.Unlock()
	return s.Start()
}

// ready waits until it answers that it is.
func (s *service) ready(ctx context.Context) error {
	return stand.Eventually(ctx, patience, s.Name+" ready", func() error {
		if err := s.Alive(); err != nil {
			return err
		}
		return stand.Ready(ctx, s.url(""))
	})
}

// service makes a process of a role on the parts that it is told.
func (w *weir) service(role, name, kafka, redis string) (*service, error) {
	path, err := stand.Binary(role)
	if err != nil {
		return nil, err
	}
	s := &service{}
	s.Program, err = stand.NewProgram(w.dir, name, path, s.hear,
		"--config", w.config, "--kafka", kafka, "--redis", redis, "--listen", "127.0.0.1:0")
	return s, err
}

// start runs an ingestor, a query service and some aggregators, and waits until they are ready.
func (w *weir) start(ctx context.Context, aggregators int) (err error) {
	w.config = filepath.Join(w.dir, "weir.yaml")
	if err := os.WriteFile(w.config, []byte(configuration()), 0o600); err != nil {
		return err
	}
	if w.ingestor, err = w.service("ingestor", "ingestor", cmp.Or(w.ingestorKafka, w.kafka), w.redis); err != nil {
		return err
	}
	if w.query, err = w.service("query", "query", w.kafka, w.redis); err != nil {
		return err
	}
	if err := w.scale(aggregators); err != nil {
		return err
	}
	for _, s := range []*service{w.ingestor, w.query} {
		if err := s.launch(); err != nil {
			return err
		}
	}
	for _, s := range w.all() {
		if err := s.ready(ctx); err != nil {
			return err
		}
	}
	return nil
}

// scale starts more aggregators, until there are so many.
func (w *weir) scale(aggregators int) error {
	for n := len(w.aggregators); n < aggregators; n++ {
		s, err := w.service("aggregator", fmt.Sprintf("aggregator-%d", n+1), w.kafka, cmp.Or(w.aggregatorRedis, w.redis))
		if err != nil {
			return err
		}
		w.aggregators = append(w.aggregators, s)
		if err := s.launch(); err != nil {
			return err
		}
	}
	return nil
}

// all are the processes there are.
func (w *weir) all() (all []*service) {
	for _, s := range append([]*service{w.ingestor, w.query}, w.aggregators...) {
		if s != nil {
			all = append(all, s)
		}
	}
	return all
}

// stop ends all processes, and fails where one does not end well.
func (w *weir) stop() error {
	var errs error
	for _, s := range w.all() {
		if s.Started() {
			errs = errors.Join(errs, s.Stop())
		}
		errs = errors.Join(errs, s.Close())
	}
	return errs
}

// audit lets Weir recompute every cell from the log, and fails where one is different. A partition that is not yet
// taken up is waited for, and a series that was never sent.
func (w *weir) audit(ctx context.Context) (cells int, err error) {
	var found []string
	var stdout, stderr string
	err = stand.Eventually(ctx, patience, "all partitions taken up, all series sent", func() error {
		var code int
		code, stdout, stderr, err = stand.Run(ctx, 10*time.Minute, "weir", "audit", "--config", w.config, "--kafka", w.kafka, "--redis", w.redis)
		if err == nil && code != 0 && (strings.Contains(stderr, "no state: ") || strings.Contains(stderr, "could not be compared")) {
			return errors.New(stderr)
		}
		if code == 0 {
			found = stand.AuditLine.FindStringSubmatch(stdout)
		}
		return nil
	})
	switch {
	case err != nil:
		return 0, err
	case found == nil:
		return 0, fmt.Errorf("weir audit:\n%s%s", stdout, stderr)
	}
	return strconv.Atoi(found[3])
}
