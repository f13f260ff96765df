package e2e

import (
	"strings"
	"testing"

	"weir.dev/weir/test/e2e/stand"
)

// standing is a proxy that listens until the test ends.
func standing(t *testing.T, listen func(server string) (*stand.Proxy, error), server string) *stand.Proxy {
	t.Helper()
	p, err := listen(server)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

// throughProxy is the URL of a Redis behind a proxy of its server.
func throughProxy(url string, proxy func(server string) *stand.Proxy) string {
	server, db, _ := strings.Cut(strings.TrimPrefix(url, "redis://"), "/")
	return "redis://" + proxy(server).Addr() + "/" + db
}

func TestACommitWhoseReplyIsLostCountsOnce(t *testing.T) {
	const losses = 8
	t.Run("real", func(t *testing.T) {
		var proxy *stand.Proxy
		s := startReal(t, setup{redisOf: map[string]func(string) string{aggregator: func(url string) string {
			return throughProxy(url, func(server string) *stand.Proxy {
				proxy = standing(t, stand.ListenRedis, server)
				return proxy
			})
		}}})
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
