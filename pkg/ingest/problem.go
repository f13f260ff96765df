package ingest

import (
	"encoding/json"
	"fmt"
	"net/http"

	"weir.dev/weir/pkg/web"
)

// respond writes an answer. A client that is gone has nothing to be told.
func respond(w http.ResponseWriter, status int, contentType string, answer any) {
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answer)
}

func tooLarge(limit int64) *web.Problem {
	return web.NewProblem(http.StatusRequestEntityTooLarge, "too-large", "The body is too large",
		fmt.Sprintf("it must not be larger than %d bytes, unpacked", limit))
}

func unsupported(detail string) *web.Problem {
	return web.NewProblem(http.StatusUnsupportedMediaType, "media-type", "The media type is not taken", detail)
}

func notFound(w http.ResponseWriter, _ *http.Request) {
	web.NewProblem(http.StatusNotFound, "not-found", "There is no such thing", "events are posted to /v1/events").Write(w)
}

func notAllowed(w http.ResponseWriter, _ *http.Request) {
	web.NewProblem(http.StatusMethodNotAllowed, "method", "The method is not allowed", "events are posted").
		With("Allow", taken).Write(w)
}
