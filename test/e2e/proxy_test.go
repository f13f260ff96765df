package e2e

import (
	"strings"
	"testing"

	"weir.dev/weir/test/e2e/stand"
)

// lossyProxy stands before Redis until the test ends.
func lossyProxy(t *testing.T, server string) *stand.Proxy {
	t.Helper()
	p, err := stand.ListenRedis(server)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

func TestACommitWhoseReplyIsLostCountsOnce(t *testing.T) {
	const losses = 8
	t.Run("real", func(t *testing.T) {
		var proxy *stand.Proxy
		s := startReal(t, setup{redisOf: func(url string) string {
			server := strings.TrimPrefix(url, "redis://")
			server, db, _ := strings.Cut(server, "/")
			proxy = lossyProxy(t, server)
			return "redis://" + proxy.Addr() + "/" + db
		}})
		tr := startTraffic(t, s, seed(t))
		for range losses {
			tr.awaitMore(t, 200)
			if err := proxy.LoseNext(t.Context(), patience); err != nil {
				t.Fatal(err)
			}
		}
		tr.awaitMore(t, 200)
		tr.settle(t, s)
		t.Logf("%d commits were executed and their replies lost", losses)
	})
}
