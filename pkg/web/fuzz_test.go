package web_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"strings"
	"testing"

	"weir.dev/weir/pkg/config"
	"weir.dev/weir/pkg/web"
)

// FuzzKeyring: nothing but the very key opens anything, and what is refused is a 401 with a challenge.
func FuzzKeyring(f *testing.F) {
	const key = "wk-0123456789abcdef"
	sum := sha256.Sum256([]byte(key))
	ring, err := web.NewKeyring(map[string]config.Tenant{"acme": {Keys: []config.Key{
		{SHA256: hex.EncodeToString(sum[:]), Scopes: []string{config.Query}},
	}}})
	if err != nil {
		f.Fatal(err)
	}
	for _, header := range []string{"Bearer " + key, " bearer\t " + key + " ", "Bearer", "Basic " + key, key, "Bearer " + key + "x", "Bearer " + hex.EncodeToString(sum[:])} {
		f.Add(header)
	}
	f.Fuzz(func(t *testing.T, header string) {
		request := &http.Request{Header: http.Header{"Authorization": {header}}}
		tenant, err := ring.Tenant(request, config.Query)
		fields := strings.Fields(header)
		right := len(fields) == 2 && strings.EqualFold(fields[0], "bearer") && fields[1] == key
		if opened := err == nil && tenant == "acme"; opened && !right {
			t.Errorf("%q opens %q", header, tenant)
		}
		if refused, ok := errors.AsType[*web.Problem](err); err != nil && (!ok || refused.Status != http.StatusUnauthorized) {
			t.Errorf("%q: %v", header, err)
		}
		if _, err := ring.Tenant(request, config.Ingest); err == nil {
			t.Errorf("%q opens a scope that it lacks", header)
		}
	})
}
