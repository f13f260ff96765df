// Package web is what the HTTP edges of Weir share: how a request is refused (RFC 9457), and whom a credential
// speaks for. It knows no route and no question.
package web

import (
	"encoding/json"
	"net/http"
)

// Problem is a refusal as RFC 9457 has it. It is an error.
type Problem struct {
	Type      string   `json:"type"`
	Title     string   `json:"title"`
	Status    int      `json:"status"`
	Detail    string   `json:"detail,omitempty"`
	Parameter string   `json:"parameter,omitempty"` // of the query string, that is at fault
	Kept      []string `json:"kept,omitempty"`      // the combinations of dimensions that could be asked for
	Progress  *float64 `json:"progress,omitempty"`  // of what is waited for, from 0 to 1

	header map[string]string
}

const problemBase = "https://weir.dev/problems/"

// NewProblem makes a problem; its type is a URI that ends in name.
func NewProblem(status int, name, title, detail string) *Problem {
	return &Problem{Type: problemBase + name, Title: title, Status: status, Detail: detail}
}

// Passing is about what another try may find gone.
func Passing(name, title, detail string) *Problem {
	return NewProblem(http.StatusServiceUnavailable, name, title, detail).With("Retry-After", RetryAfter)
}

// RetryAfter is in how many seconds to try again what was refused for now.
const RetryAfter = "1"

// With adds a header of the response.
func (p *Problem) With(name, value string) *Problem {
	if p.header == nil {
		p.header = map[string]string{}
	}
	p.header[name] = value
	return p
}

// Error is the problem in one line.
func (p *Problem) Error() string { return p.Title + ": " + p.Detail }

// Write sends the problem.
func (p *Problem) Write(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	for name, value := range p.header {
		w.Header().Set(name, value)
	}
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // a client that is gone has nothing to be told
}
