package e2e

import (
	"errors"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"weir.dev/weir/test/e2e/stand"
)

// The roles of Weir's processes; in the embedded shape one process has them all.
const (
	ingestor   = "ingestor"
	aggregator = "aggregator"
	query      = "query"
)

// setup is what a scenario asks for before Weir starts.
type setup struct {
	config string // file; empty: the default configuration
	data   string // folder of the embedded log; empty: it is kept in memory
	// What stands between a part and the roles that are named here gets their connections. Real only.
	kafkaOf map[string]func(addr string) string
	redisOf map[string]func(redisURL string) string
}

// system is a running Weir.
type system struct {
	config   string
	logs     string              // folder
	programs map[string]*program // by role

	mu        sync.Mutex
	addresses map[string]string // by role, and of kafka and redis; a role's changes when it starts again
}

// inBothShapes runs a scenario on each shape of Weir.
func inBothShapes(t *testing.T, scenario func(t *testing.T, start func(setup) *system)) {
	t.Helper()
	t.Run("embedded", func(t *testing.T) {
		scenario(t, func(s setup) *system { return startEmbedded(t, s) })
	})
	t.Run("real", func(t *testing.T) {
		realParts(t) // or the scenario is skipped before it prepares anything
		scenario(t, func(s setup) *system { return startReal(t, s) })
	})
}

// What weir up says when it starts, and what each service logs.
var (
	greeting  = regexp.MustCompile(`^  (dashboard|send) +http://([^/\s]+)`)
	partsLine = regexp.MustCompile(`^  audit +weir audit --kafka (\S+) --redis (\S+)`)
)

// startEmbedded runs all of Weir in one process.
func startEmbedded(t *testing.T, wanted setup) *system {
	t.Helper()
	s := &system{config: wanted.config, logs: logDir(t), addresses: map[string]string{}}
	args := []string{"up", "--ingest", "127.0.0.1:0", "--query", "127.0.0.1:0", "--health", "127.0.0.1:0"}
	if wanted.data != "" {
		args = append(args, "--data", wanted.data)
	}
	p := newProgram(t, s.logs, "weir", "weir", s.hear, s.configured(args)...)
	s.programs = map[string]*program{ingestor: p, aggregator: p, query: p}
	s.start(t, ingestor)
	return s
}

// startReal runs the three services on a real Kafka and Redis that hold nothing of Weir.
func startReal(t *testing.T, wanted setup) *system {
	t.Helper()
	kafkaAddr, redisURL := realParts(t)
	s := &system{
		config: wanted.config, logs: logDir(t), programs: map[string]*program{},
		addresses: map[string]string{"kafka": kafkaAddr, "redis": redisURL},
	}
	for _, role := range []string{ingestor, aggregator, query} {
		brokers, url := kafkaAddr, redisURL
		if of := wanted.kafkaOf[role]; of != nil {
			brokers = of(brokers)
		}
		if of := wanted.redisOf[role]; of != nil {
			url = of(url)
		}
		s.programs[role] = newProgram(t, s.logs, role, role, s.hear, s.service(brokers, url)...)
	}
	for role := range s.programs {
		s.launch(t, role)
	}
	for role := range s.programs {
		s.awaitReady(t, role)
	}
	return s
}

// service is the command line of a service.
func (s *system) service(kafkaAddr, redisURL string) []string {
	return s.configured([]string{"--kafka", kafkaAddr, "--redis", redisURL, "--listen", "127.0.0.1:0"})
}

func (s *system) configured(args []string) []string {
	if s.config != "" {
		args = append(args, "--config", s.config)
	}
	return args
}

// hear learns addresses from what the programs print.
func (s *system) hear(line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m := greeting.FindStringSubmatch(line); m != nil {
		s.addresses[map[string]string{"dashboard": query, "send": ingestor}[m[1]]] = m[2]
	}
	if m := partsLine.FindStringSubmatch(line); m != nil {
		s.addresses["kafka"], s.addresses["redis"] = m[1], m[2]
	}
	if m := stand.ReadyLine.FindStringSubmatch(line); m != nil {
		s.addresses[m[1]] = m[2]
	}
}

// address is where a role, or kafka or redis, is; empty while that is not known.
func (s *system) address(of string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.addresses[of]
}

// url is the address of what a role serves. While the role has none, nothing answers there.
func (s *system) url(role, path string) string {
	addr := s.address(role)
	if addr == "" {
		addr = "127.0.0.1:1"
	}
	return "http://" + addr + path
}

// launch starts the process of a role, without waiting for it.
func (s *system) launch(t *testing.T, role string) {
	t.Helper()
	s.mu.Lock()
	for other, p := range s.programs {
		if p == s.programs[role] {
			delete(s.addresses, other)
		}
	}
	s.mu.Unlock()
	s.programs[role].start(t)
}

// awaitReady waits until the roles of a started process answer that they are ready.
func (s *system) awaitReady(t *testing.T, role string) {
	t.Helper()
	p := s.programs[role]
	for other, same := range s.programs {
		if same != p || (other == aggregator && p == s.programs[query]) { // nobody is told where that one is
			continue
		}
		eventually(t, patience, other+" ready", func() error {
			if !p.Running() {
				t.Fatalf("%s ended at its start: %v:\n%s", p.Name, p.State(), p.Tail())
			}
			return stand.Ready(t.Context(), s.url(other, ""))
		})
	}
}

// start starts the process of a role and waits until it is ready.
func (s *system) start(t *testing.T, role string) {
	t.Helper()
	s.launch(t, role)
	s.awaitReady(t, role)
}

// audit lets Weir recompute every cell from the log, and fails if one is different. A partition that is
// not yet taken up, of a new Redis or one that was emptied, is waited for, and so is what was never sent.
func (s *system) audit(t *testing.T, more ...string) {
	t.Helper()
	args := s.configured(append([]string{"audit", "--kafka", s.address("kafka"), "--redis", s.address("redis")}, more...))
	eventually(t, patience, "all partitions taken up, all series sent", func() error {
		began := time.Now()
		code, stdout, stderr := run(t, 8*time.Minute, "weir", args...)
		line := stand.AuditLine.FindString(stdout)
		switch {
		case strings.Contains(stderr, "no state: "), strings.Contains(stderr, "could not be compared"):
			return errors.New(stderr)
		case code != 0 || line == "":
			t.Errorf("weir %s: exit code %d:\n%s%s", strings.Join(args, " "), code, stdout, stderr)
		default:
			t.Logf("%s (%.1f s)", line, time.Since(began).Seconds())
		}
		return nil
	})
}
