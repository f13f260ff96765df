package ingest

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"weir.dev/weir/pkg/web"
)

// readBody reads what a request carries, which may be of limit bytes, as it comes and when it is
// unpacked. Its errors are problems.
func readBody(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, error) {
	if r.ContentLength > limit {
		return nil, tooLarge(limit)
	}
	var body io.Reader = http.MaxBytesReader(w, r.Body, limit)
	size := r.ContentLength
	switch encoding := strings.ToLower(r.Header.Get("Content-Encoding")); encoding {
	case "", "identity":
	case "gzip":
		unpacked, err := gzip.NewReader(body)
		if err != nil {
			return nil, broken(err, limit)
		}
		body, size = io.LimitReader(unpacked, limit+1), -1
	default:
		return nil, unsupported(fmt.Sprintf("the content encoding %.40q is not known", encoding)).With("Accept-Encoding", "gzip")
	}
	var read bytes.Buffer
	if size > 0 {
		read.Grow(int(size) + bytes.MinRead) // where ReadFrom needs no more room, it does not grow
	}
	if _, err := read.ReadFrom(body); err != nil {
		return nil, broken(err, limit)
	}
	if int64(read.Len()) > limit {
		return nil, tooLarge(limit)
	}
	return read.Bytes(), nil
}

// broken is the problem of a body that could not be read to its end.
func broken(err error, limit int64) *web.Problem {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return tooLarge(limit)
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return web.NewProblem(http.StatusRequestTimeout, "timeout", "The request took too long", "the body did not come in time")
	}
	return web.NewProblem(http.StatusBadRequest, "body", "The body cannot be read", clip(err.Error(), shownDetail))
}
