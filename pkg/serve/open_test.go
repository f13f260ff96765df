package serve_test

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"net"
	"path/filepath"
	"testing"
	"time"

	"weir.dev/weir/pkg/config"
	"weir.dev/weir/pkg/serve"
)

// nobody is an address at which nothing listens.
func nobody(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

func TestAServiceThatCannotOpenItsPartsClosesItsListener(t *testing.T) {
	for name, body := range map[string]serve.Service{"aggregator": serve.Aggregator, "ingestor": serve.Ingestor, "query": serve.Query} {
		l := listen(t)
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		err := body(ctx, serve.Parts{
			Config: config.Default(), Kafka: []string{nobody(t)}, Redis: nobody(t), Listener: l, Logger: slog.New(slog.DiscardHandler),
		})
		cancel()
		if err == nil {
			t.Errorf("%s runs without a log", name)
		}
		if err := l.(*net.TCPListener).SetDeadline(time.Now()); !errors.Is(err, net.ErrClosed) {
			t.Errorf("%s left its listener open: %v", name, err)
		}
	}
}

func TestWithoutAFileTheConfigurationIsTheDefault(t *testing.T) {
	c, err := serve.LoadConfig("")
	if err != nil || c.Identity() != config.Default().Identity() {
		t.Errorf("%+v, %v", c, err)
	}
	if _, err := serve.LoadConfig(filepath.Join(t.TempDir(), "no.yaml")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
}
