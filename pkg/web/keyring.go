package web

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

// Keyring knows whom a credential speaks for. Keys are known by their hashes alone.
type Keyring struct {
	keys []key // none: everybody speaks for the default tenant
}

type key struct {
	sum    [sha256.Size]byte
	tenant string
	scopes []string
}

// NewKeyring takes the keys of all tenants. It fails with config.ErrInvalid.
func NewKeyring(tenants map[string]config.Tenant) (*Keyring, error) {
	ring := &Keyring{}
	for name, tenant := range tenants {
		for i, declared := range tenant.Keys {
			sum, err := hex.DecodeString(declared.SHA256)
			if err != nil || len(sum) != sha256.Size {
				return nil, fmt.Errorf("%w: tenants.%s.keys[%d].sha256 is not a SHA-256", config.ErrInvalid, name, i)
			}
			ring.keys = append(ring.keys, key{[sha256.Size]byte(sum), name, declared.Scopes})
		}
	}
	return ring, nil
}

// Tenant is whom the sender of a request speaks for, where its key opens the scope. It compares with every
// key, so that the time that it takes tells nothing. Its errors are *Problem.
func (r *Keyring) Tenant(req *http.Request, scope string) (string, error) {
	if len(r.keys) == 0 {
		return config.DefaultTenant, nil
	}
	scheme, secret, _ := strings.Cut(strings.TrimSpace(req.Header.Get("Authorization")), " ")
	if !strings.EqualFold(scheme, "bearer") {
		return "", unauthorized("send Authorization: Bearer KEY", `Bearer realm="weir"`)
	}
	sum := sha256.Sum256([]byte(strings.TrimSpace(secret)))
	found := -1
	for i := range r.keys {
		if subtle.ConstantTimeCompare(sum[:], r.keys[i].sum[:]) == 1 {
			found = i
		}
	}
	switch {
	case found < 0:
		return "", unauthorized("the key is not known", `Bearer realm="weir", error="invalid_token"`)
	case !slices.Contains(r.keys[found].scopes, scope):
		return "", NewProblem(http.StatusForbidden, "scope", "The key does not open this", "its scopes lack "+scope)
	}
	return r.keys[found].tenant, nil
}

func unauthorized(detail, challenge string) *Problem {
	return NewProblem(http.StatusUnauthorized, "credential", "A key is needed", detail).With("WWW-Authenticate", challenge)
}
