package embedded

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"

	"github.com/google/uuid"
	"github.com/twmb/franz-go/pkg/kfake"
)

// LogOptions are what a log can do without.
type LogOptions struct {
	Port   int          // to listen on; 0: any that is free
	Logger *slog.Logger // nil: nothing is logged
}

// Log is a Kafka broker inside this process. It stamps every batch with the time of its arrival,
// whatever message.timestamp.type says.
type Log struct {
	cluster *kfake.Cluster
	addr    string
	lock    *os.File // nil in memory
}

// StartLog starts a log that listens on the loopback. With a directory it holds what was written
// there before, by whichever process, and writes what it acknowledges to the operating system first: an
// acknowledged record survives the death of the process, but not that of the machine (no fsync). A torn
// end of a file, which was never acknowledged, is cut off. With dir "" all is in memory and ends with the
// log. The log's identity is that of the directory, or new.
//
// It fails with ErrLocked where another log has the directory open. After a death without Close the
// files are read whole, so that the log's size must fit into memory for that moment.
func StartLog(ctx context.Context, dir string, options LogOptions) (*Log, error) {
	logger := options.Logger
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	opts := []kfake.Opt{
		kfake.Ports(options.Port),
		kfake.ClusterID(uuid.NewString()),
		kfake.WithLogger(brokerLogger{logger}),
		kfake.BrokerConfigs(map[string]string{"log.message.timestamp.type": "LogAppendTime"}),
		kfake.ListenFn(func(network, address string) (net.Listener, error) {
			return new(net.ListenConfig).Listen(ctx, network, address)
		}),
	}
	var lock *os.File
	if dir != "" {
		var err error
		if lock, err = lockDir(dir); err != nil {
			return nil, err
		}
		if err := forgetTorn(dir); err != nil {
			return nil, unlock(lock, err)
		}
		opts = append(opts, kfake.DataDir(dir))
	}
	cluster, err := kfake.NewCluster(opts...)
	if err != nil {
		return nil, fmt.Errorf("embedded log in %q: %w", dir, unlock(lock, err))
	}
	stampArrivals(cluster)
	return &Log{cluster: cluster, addr: cluster.ListenAddrs()[0], lock: lock}, nil
}

// Brokers are the addresses (host:port) to dial.
func (l *Log) Brokers() []string {
	return []string{l.addr}
}

// Close ends the log and leaves its directory to others. The clients' connections are cut.
func (l *Log) Close() error {
	l.cluster.Close()
	return unlock(l.lock, nil)
}

// brokerLogger passes on what the broker has to say.
type brokerLogger struct {
	log *slog.Logger
}

// Logf implements kfake.Logger.
func (b brokerLogger) Logf(level kfake.LogLevel, format string, args ...any) {
	to := slog.LevelDebug
	switch level {
	case kfake.LogLevelError:
		to = slog.LevelError
	case kfake.LogLevelWarn:
		to = slog.LevelWarn
	}
	if b.log.Enabled(context.Background(), to) {
		b.log.Log(context.Background(), to, "embedded log: "+fmt.Sprintf(format, args...))
	}
}
