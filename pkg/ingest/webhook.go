package ingest

import (
	"errors"
	"maps"
	"math"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"weir.dev/weir/pkg/config"
	"weir.dev/weir/pkg/web"
)

// The headers of the validation request and its answer: "HTTP 1.1 Web Hooks for Event Delivery", version
// 1.0.2 of the CloudEvents project, section 4.
const (
	requestOrigin = "WebHook-Request-Origin"
	requestRate   = "WebHook-Request-Rate"
	allowedOrigin = "WebHook-Allowed-Origin"
	allowedRate   = "WebHook-Allowed-Rate"
)

const (
	anyOrigin     = "*" // of the configuration, and of the answer
	unlimitedRate = "*" // of a tenant without a limit of events
	taken         = "OPTIONS, POST"
)

var positive = regexp.MustCompile(`^0*[1-9][0-9]*$`)

// consent answers OPTIONS /v1/events: whether a system may deliver here. Nothing is called back, whatever
// WebHook-Request-Callback asks for: a server that calls addresses of its callers can be turned against others.
func (h *handler) consent(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Allow", taken)
	allowed, perMinute, err := h.agree(r)
	if refused, ok := errors.AsType[*web.Problem](err); ok {
		refused.Write(w)
		return
	}
	w.Header().Set(allowedOrigin, allowed)
	w.Header().Set(allowedRate, perMinute)
	w.WriteHeader(http.StatusOK)
}

// agree is the origin that is allowed, the one that asks or all, and how many requests a minute: as many as the
// strictest of the tenants that allow it takes events. Its errors are problems.
func (h *handler) agree(r *http.Request) (origin, perMinute string, err error) {
	asking := r.Header.Values(requestOrigin)
	if len(asking) != 1 || asking[0] == "" {
		return "", "", badHandshake(requestOrigin + " must be there once, with the name of the system that asks")
	}
	for _, rate := range r.Header.Values(requestRate) {
		if !positive.MatchString(rate) {
			return "", "", badHandshake(requestRate + " must be a whole number above 0, of requests a minute")
		}
	}
	tenants, err := h.asked(r)
	if err != nil {
		return "", "", err
	}
	perSecond := math.MaxInt
	for _, t := range tenants {
		switch {
		case slices.Contains(t.WebhookOrigins, anyOrigin):
			origin = anyOrigin
		case !slices.ContainsFunc(t.WebhookOrigins, func(o string) bool { return sameHost(o, asking[0]) }):
			continue
		case origin == "":
			origin = asking[0]
		}
		if l := t.IngestLimit; l != nil && l.EventsPerSecond != nil {
			perSecond = min(perSecond, *l.EventsPerSecond)
		}
	}
	switch {
	case origin == "":
		return "", "", web.NewProblem(http.StatusForbidden, "origin", "The origin is not allowed", "it is none of the tenant's webhook_origins")
	case perSecond == math.MaxInt:
		return origin, unlimitedRate, nil
	}
	return origin, strconv.Itoa(perSecond * 60), nil
}

// asked is the tenant whose key the request has. Systems ask before they are told any credential, and consent
// opens nothing, since each delivery needs its key: without one, it is all tenants.
func (h *handler) asked(r *http.Request) ([]config.Tenant, error) {
	tenant, err := h.keys.Tenant(r, config.Ingest)
	switch {
	case err == nil:
		return []config.Tenant{h.tenants[tenant]}, nil
	case r.Header.Get("Authorization") != "":
		return nil, err
	}
	return slices.Collect(maps.Values(h.tenants)), nil
}

// sameHost compares names as the DNS does: whole, and without regard to the case of ASCII letters. What
// has a port, a scheme or a dot at its end is another name.
func sameHost(configured, asking string) bool {
	return strings.EqualFold(configured, asking) && len(configured) == len(asking) // other letters that fold to ASCII are longer
}

func badHandshake(detail string) *web.Problem {
	return web.NewProblem(http.StatusBadRequest, "handshake", "The handshake cannot be read", detail)
}
