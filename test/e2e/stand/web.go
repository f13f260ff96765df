package stand

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The content types of CloudEvents over HTTP.
const (
	StructuredType = "application/cloudevents+json"
	BatchType      = "application/cloudevents-batch+json"
)

// Web is the client of whatever is asked over HTTP.
var Web = &http.Client{Timeout: 30 * time.Second}

// CloudEvent is an event as upstream systems write it.
type CloudEvent struct {
	SpecVersion  string         `json:"specversion"`
	ID           string         `json:"id"`
	Source       string         `json:"source"`
	Type         string         `json:"type"`
	Subject      string         `json:"subject"`
	Time         string         `json:"time"`
	RecordedTime string         `json:"recordedtime,omitempty"`
	ContentType  string         `json:"datacontenttype"`
	Data         map[string]any `json:"data"`
}

// Receipt is what the ingestor answers.
type Receipt struct {
	Accepted int    `json:"accepted"`
	Rejected int    `json:"rejected"`
	Position string `json:"position"`
	Results  []struct {
		ID      string `json:"id"`
		Status  string `json:"status"`
		Reason  string `json:"reason"`
		Detail  string `json:"detail"`
		Pointer string `json:"pointer"`
	} `json:"results"`
	Type string `json:"type"` // of a problem
}

// Bearer are the headers of a request with an API key; of one without where it is empty.
func Bearer(key string) map[string]string {
	if key == "" {
		return nil
	}
	return map[string]string{"Authorization": "Bearer " + key}
}

// Send posts a body, and returns the status and the answer.
func Send(ctx context.Context, url, contentType string, body []byte, headers map[string]string) (int, Receipt, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return 0, Receipt{}, err
	}
	req.Header.Set("Content-Type", contentType)
	status, text, err := do(req, headers)
	if err != nil {
		return 0, Receipt{}, err
	}
	var answer Receipt
	if err := json.Unmarshal(text, &answer); err != nil {
		return status, answer, fmt.Errorf("status %d: %w: %s", status, err, text)
	}
	return status, answer, nil
}

// Fetch gets a URL.
func Fetch(ctx context.Context, url string, headers map[string]string) (status int, body []byte, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return 0, nil, err
	}
	return do(req, headers)
}

func do(req *http.Request, headers map[string]string) (status int, body []byte, err error) {
	for name, value := range headers {
		req.Header.Set(name, value)
	}
	resp, err := Web.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	body, err = io.ReadAll(resp.Body)
	return resp.StatusCode, body, err
}

// Ask gets a URL that answers with JSON.
func Ask(ctx context.Context, url string, headers map[string]string) (status int, body any, err error) {
	status, text, err := Fetch(ctx, url, headers)
	if err != nil {
		return 0, nil, err
	}
	if err := json.Unmarshal(text, &body); err != nil {
		return status, nil, fmt.Errorf("status %d: %w: %s", status, err, text)
	}
	return status, body, nil
}

// At is what a JSON pointer points to.
func At(body any, pointer string) (any, bool) {
	for token := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		switch within := body.(type) {
		case map[string]any:
			next, ok := within[token]
			if !ok {
				return nil, false
			}
			body = next
		case []any:
			i, err := strconv.Atoi(token)
			if err != nil || i < 0 || i >= len(within) {
				return nil, false
			}
			body = within[i]
		default:
			return nil, false
		}
	}
	return body, true
}
