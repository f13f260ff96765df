package query

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"

	"weir.dev/weir/pkg/config"
	"weir.dev/weir/pkg/metric"
)

// company is a tenant with all that a question to it needs.
type company struct {
	config.Tenant
	name      string
	partition int
	layout    *metric.Layout
}

// door knows which credential opens which tenant.
type door struct {
	companies map[string]*company
	keys      map[string]key // by the hex of their SHA-256
}

type key struct {
	company *company
	scopes  []string
}

// newDoor makes the door of a configuration, which must be valid.
func newDoor(c config.Config, partitionOf func(tenant string) int) (*door, error) {
	layouts, err := c.Layouts()
	if err != nil {
		return nil, err
	}
	d := &door{companies: map[string]*company{}, keys: map[string]key{}}
	for name, t := range c.Tenants {
		co := &company{Tenant: t, name: name, partition: partitionOf(name), layout: layouts[name]}
		d.companies[name] = co
		for _, k := range t.Keys {
			d.keys[k.SHA256] = key{co, k.Scopes}
		}
	}
	return d, nil
}

// company is the tenant that a request may ask about. The hash of what is presented is looked up, so
// that the time it takes tells nothing of any key.
func (d *door) company(r *http.Request) (*company, error) {
	if len(d.keys) == 0 {
		return d.companies[config.DefaultTenant], nil
	}
	scheme, secret, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "bearer") || secret == "" {
		return nil, unauthorized("send Authorization: Bearer KEY", `Bearer realm="weir"`)
	}
	sum := sha256.Sum256([]byte(secret))
	k, ok := d.keys[hex.EncodeToString(sum[:])]
	switch {
	case !ok:
		return nil, unauthorized("the key is not known", `Bearer realm="weir", error="invalid_token"`)
	case !slices.Contains(k.scopes, config.Query):
		return nil, newProblem(http.StatusForbidden, "scope", "The key does not open queries", "its scopes lack "+config.Query)
	}
	return k.company, nil
}

func unauthorized(detail, challenge string) *problem {
	return newProblem(http.StatusUnauthorized, "credential", "A key is needed", detail).with("WWW-Authenticate", challenge)
}
