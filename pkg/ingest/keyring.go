package ingest

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"weir.dev/weir/pkg/config"
)

// keyring knows which tenant a request speaks for.
type keyring struct {
	keys []ringKey // none: everybody speaks for the default tenant
}

type ringKey struct {
	sum    [sha256.Size]byte
	tenant string
	ingest bool
}

// newKeyring takes the keys of all tenants. It fails with config.ErrInvalid.
func newKeyring(tenants map[string]config.Tenant) (*keyring, error) {
	ring := &keyring{}
	for name, tenant := range tenants {
		for i, declared := range tenant.Keys {
			sum, err := hex.DecodeString(declared.SHA256)
			if err != nil || len(sum) != sha256.Size {
				return nil, fmt.Errorf("%w: tenants.%s.keys[%d].sha256 is not a SHA-256", config.ErrInvalid, name, i)
			}
			ring.keys = append(ring.keys, ringKey{[sha256.Size]byte(sum), name, slices.Contains(declared.Scopes, config.Ingest)})
		}
	}
	return ring, nil
}

// tenant is whom the holder of a credential, the value of Authorization, may write for. It compares with
// every key, so that the time that it takes tells nothing. Its errors are problems.
func (r *keyring) tenant(authorization string) (string, error) {
	if len(r.keys) == 0 {
		return config.DefaultTenant, nil
	}
	scheme, key, _ := strings.Cut(strings.TrimSpace(authorization), " ")
	if !strings.EqualFold(scheme, "bearer") {
		return "", unauthorized("send Authorization: Bearer KEY", `Bearer realm="weir"`)
	}
	sum := sha256.Sum256([]byte(strings.TrimSpace(key)))
	found := -1
	for i := range r.keys {
		if subtle.ConstantTimeCompare(sum[:], r.keys[i].sum[:]) == 1 {
			found = i
		}
	}
	switch {
	case found < 0:
		return "", unauthorized("the key is not known", `Bearer realm="weir", error="invalid_token"`)
	case !r.keys[found].ingest:
		return "", newProblem(http.StatusForbidden, "scope", "The key does not open ingest", "its scopes lack "+config.Ingest)
	}
	return r.keys[found].tenant, nil
}
