package query

import (
	"net/http"

	"weir.dev/weir/pkg/config"
	"weir.dev/weir/pkg/metric"
	"weir.dev/weir/pkg/web"
)

// company is a tenant with all that a question to it needs.
type company struct {
	config.Tenant
	name      string
	partition int
	layout    *metric.Layout
}

// door knows which tenant a request may ask about.
type door struct {
	companies map[string]*company
	keys      *web.Keyring
}

// newDoor makes the door of a configuration, which must be valid.
func newDoor(c config.Config, partitionOf func(tenant string) int) (*door, error) {
	layouts, err := c.Layouts()
	if err != nil {
		return nil, err
	}
	keys, err := web.NewKeyring(c.Tenants)
	if err != nil {
		return nil, err
	}
	d := &door{companies: map[string]*company{}, keys: keys}
	for name, t := range c.Tenants {
		d.companies[name] = &company{Tenant: t, name: name, partition: partitionOf(name), layout: layouts[name]}
	}
	return d, nil
}

// company is the tenant that a request may ask about.
func (d *door) company(r *http.Request) (*company, error) {
	tenant, err := d.keys.Tenant(r, config.Query)
	if err != nil {
		return nil, err
	}
	return d.companies[tenant], nil
}
