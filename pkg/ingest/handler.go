package ingest

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"weir.dev/weir/pkg/config"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/state"
	"weir.dev/weir/pkg/web"
)

const (
	maxHeaders   = 256              // header lines of a request
	writeTimeout = 15 * time.Second // what a request waits for the log; the log itself gives up after ten
)

// Answer is what became of the events of a request.
type Answer struct {
	Accepted int      `json:"accepted"`
	Rejected int      `json:"rejected"`
	Position string   `json:"position,omitempty"` // a state.Position: that of the last event accepted
	Results  []Result `json:"results"`
}

// handler takes events over HTTP.
type handler struct {
	gate    *gate
	keys    *web.Keyring
	tenants map[string]config.Tenant
	logID   string
	bodies  bodies
}

func newHandler(g *gate, keys *web.Keyring, tenants map[string]config.Tenant, logID string) *handler {
	return &handler{gate: g, keys: keys, tenants: tenants, logID: logID, bodies: newBodies(tenants)}
}

// post answers POST /v1/events.
func (h *handler) post(w http.ResponseWriter, r *http.Request) {
	began := h.gate.now()
	err := h.take(w, r)
	h.gate.metrics.Took(h.gate.now().Sub(began))
	if refused, ok := errors.AsType[*web.Problem](err); ok {
		refused.Write(w)
	}
}

// take answers a request, or returns its problem.
func (h *handler) take(w http.ResponseWriter, r *http.Request) error {
	tenant, err := h.keys.Tenant(r, config.Ingest)
	if err != nil {
		return err
	}
	mode, err := modeOf(r.Header)
	if err != nil {
		return err
	}
	// What is beyond the limit whatever its body says is refused before it is read.
	if err := h.gate.limited(tenant, h.gate.limits[tenant].wait(h.gate.now(), 1, int(max(0, r.ContentLength)))); err != nil {
		return err
	}
	largest := int64(event.MaxEventBytes)
	if mode == event.ModeBatch {
		largest = event.MaxBatchBytes
	}
	room := largest
	if r.ContentLength >= 0 && r.Header.Get("Content-Encoding") == "" {
		room = min(room, r.ContentLength)
	}
	release := h.bodies.hold(r.Context(), tenant, room)
	if release == nil {
		return web.Passing("busy", "Too many requests at once", "send it again a little later")
	}
	defer release()
	body, err := readBody(w, r, largest)
	if err != nil {
		return err
	}
	return h.takeBody(w, r, tenant, mode, body)
}

// takeBody answers a request whose body was read, or returns its problem.
func (h *handler) takeBody(w http.ResponseWriter, r *http.Request, tenant string, mode event.Mode, body []byte) error {
	ctx, cancel := context.WithTimeout(r.Context(), writeTimeout)
	defer cancel()
	if mode == event.ModeBatch {
		return h.takeBatch(ctx, w, tenant, r.Header.Get("Content-Type"), body)
	}
	if err := h.within(tenant, 1, body); err != nil {
		return err
	}
	in := h.open(tenant, 1)
	if mode == event.ModeStructured {
		in.addStructured(r.Header.Get("Content-Type"), body)
	} else {
		in.addBinary(r.Header, body)
	}
	h.answer(ctx, w, in)
	return nil
}

// within holds a request to the limit of its tenant: its events are counted, or it is refused as a whole.
func (h *handler) within(tenant string, events int, body []byte) error {
	return h.gate.limited(tenant, h.gate.limits[tenant].take(h.gate.now(), events, len(body)))
}

func (h *handler) open(tenant string, events int) *intake {
	return h.gate.open(tenant, h.tenants[tenant].Currency, events)
}

// takeBatch answers a batch, or returns its problem.
func (h *handler) takeBatch(ctx context.Context, w http.ResponseWriter, tenant, contentType string, body []byte) error {
	events, err := event.SplitBatch(body)
	if err != nil {
		return h.refuseBatch(ctx, h.open(tenant, 1), contentType, body, refusalOf(err))
	}
	if err := h.within(tenant, len(events), body); err != nil {
		return err
	}
	in := h.open(tenant, len(events))
	for _, text := range events {
		in.addStructured("application/cloudevents+json", text)
	}
	h.answer(ctx, w, in)
	return nil
}

// answer writes what is judged, and tells of it.
func (h *handler) answer(ctx context.Context, w http.ResponseWriter, in *intake) {
	last, err := in.write(ctx)
	a := Answer{Results: in.results}
	for i := range in.results {
		switch in.results[i].Status {
		case Accepted:
			a.Accepted++
		case Rejected:
			a.Rejected++
		}
	}
	if last >= 0 {
		a.Position = state.Position{Log: h.logID, Partition: h.gate.layout.Partition(in.tenant), Offset: last}.String()
	}
	status := http.StatusAccepted
	switch {
	case err != nil:
		h.gate.logger.Warn("events not acknowledged", "tenant", in.tenant, "events", len(in.results), "error", err)
		w.Header().Set("Retry-After", web.RetryAfter)
		status = http.StatusServiceUnavailable
	case a.Rejected > 0 && a.Accepted == 0:
		status = http.StatusBadRequest
	}
	respond(w, status, "application/json", a)
}

// refuseBatch refuses a batch that cannot be taken apart. One that is no batch is a dead letter; one of
// too many events can be sent again in parts.
func (h *handler) refuseBatch(ctx context.Context, in *intake, contentType string, body []byte, why *event.Refusal) error {
	if why.Reason == event.TooLarge {
		return web.NewProblem(http.StatusRequestEntityTooLarge, "too-large", "The batch is too large", why.Detail)
	}
	if err := h.within(in.tenant, 1, body); err != nil {
		return err
	}
	in.add(func(*event.Event) error { return why }, func() DeadLetter {
		return DeadLetter{Source: HTTP, ContentType: clip(contentType, shownName), Event: body, ReceivedAt: in.now}
	})
	if _, err := in.write(ctx); err != nil {
		h.gate.logger.Warn("dead letter not acknowledged", "tenant", in.tenant, "error", err)
		return web.Passing("unavailable", "The log cannot be reached", "send it again a little later")
	}
	return web.NewProblem(http.StatusBadRequest, string(why.Reason), "The batch cannot be read", why.Detail)
}

// modeOf is how a request carries events. Its errors are problems.
func modeOf(header http.Header) (event.Mode, error) {
	lines, attributes := 0, false
	for name, values := range header {
		lines += len(values)
		attributes = attributes || strings.HasPrefix(name, "Ce-")
	}
	if lines > maxHeaders {
		return 0, web.NewProblem(http.StatusRequestHeaderFieldsTooLarge, "headers", "There are too many headers", "")
	}
	contentType := header.Get("Content-Type")
	mode := event.ModeOf(contentType)
	media, _, _ := strings.Cut(contentType, ";")
	json := strings.EqualFold(strings.TrimSpace(media), "application/json")
	if mode == event.ModeUnknown || mode == event.ModeBinary && !attributes && !json {
		return 0, unsupported("send a CloudEvent as application/cloudevents+json, as application/cloudevents-batch+json, " +
			"or as application/json with its attributes in ce- headers")
	}
	return mode, nil
}

func (in *intake) addStructured(contentType string, text []byte) {
	in.add(func(e *event.Event) (err error) {
		*e, err = event.ParseStructured(text)
		return err
	}, func() DeadLetter {
		return DeadLetter{Source: HTTP, ContentType: clip(contentType, shownName), Event: text, ReceivedAt: in.now}
	})
}

func (in *intake) addBinary(header http.Header, data []byte) {
	in.add(func(e *event.Event) (err error) {
		*e, err = event.FromHTTPHeaders(header, data)
		return err
	}, func() DeadLetter {
		letter := DeadLetter{Source: HTTP, ContentType: clip(header.Get("Content-Type"), shownName), Event: data, ReceivedAt: in.now}
		for name, values := range header {
			for _, value := range values {
				if strings.HasPrefix(name, "Ce-") {
					letter.Headers = append(letter.Headers, event.Header{Key: strings.ToLower(name), Value: []byte(value)})
				}
			}
		}
		slices.SortStableFunc(letter.Headers, func(a, b event.Header) int { return strings.Compare(a.Key, b.Key) })
		return letter
	})
}
