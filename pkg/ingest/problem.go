package ingest

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// problem is a request that is refused as a whole, as RFC 9457 has it.
type problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail,omitempty"`

	header map[string]string
}

// Error is the problem in one line.
func (p *problem) Error() string { return p.Title + ": " + p.Detail }

const problemBase = "https://weir.dev/problems/"

func newProblem(status int, name, title, detail string) *problem {
	return &problem{Type: problemBase + name, Title: title, Status: status, Detail: detail}
}

// with adds a header of the answer.
func (p *problem) with(name, value string) *problem {
	if p.header == nil {
		p.header = make(map[string]string)
	}
	p.header[name] = value
	return p
}

func (p *problem) write(w http.ResponseWriter) {
	for name, value := range p.header {
		w.Header().Set(name, value)
	}
	respond(w, p.Status, "application/problem+json", p)
}

// respond writes an answer. A client that is gone has nothing to be told.
func respond(w http.ResponseWriter, status int, contentType string, answer any) {
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answer)
}

func tooLarge(limit int64) *problem {
	return newProblem(http.StatusRequestEntityTooLarge, "too-large", "The body is too large",
		fmt.Sprintf("it must not be larger than %d bytes, unpacked", limit))
}

func unsupported(detail string) *problem {
	return newProblem(http.StatusUnsupportedMediaType, "media-type", "The media type is not taken", detail)
}

func unauthorized(detail, challenge string) *problem {
	return newProblem(http.StatusUnauthorized, "credential", "A key is needed", detail).with("WWW-Authenticate", challenge)
}

// passing is about what another try may find gone.
func passing(name, title, detail string) *problem {
	return newProblem(http.StatusServiceUnavailable, name, title, detail).with("Retry-After", retryAfter)
}

// retryAfter is in how many seconds to send again what was not acknowledged.
const retryAfter = "1"

func notFound(w http.ResponseWriter, _ *http.Request) {
	newProblem(http.StatusNotFound, "not-found", "There is no such thing", "events are posted to /v1/events").write(w)
}

func notAllowed(w http.ResponseWriter, _ *http.Request) {
	newProblem(http.StatusMethodNotAllowed, "method", "The method is not allowed", "events are posted").
		with("Allow", http.MethodPost).write(w)
}
