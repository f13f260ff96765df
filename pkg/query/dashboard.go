package query

import (
	"bytes"
	"embed"
	"net/http"
	"time"
)

//go:embed dashboard
var pages embed.FS

// policy lets the dashboard load and ask nothing but this server.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// dashboard is the files of the page, by where they are served. They are the same until the program is another.
func dashboard() map[string]http.Handler {
	files := map[string]http.Handler{}
	for path, name := range map[string]string{"/{$}": "index.html", "/dashboard.css": "dashboard.css", "/dashboard.js": "dashboard.js"} {
		text, err := pages.ReadFile("dashboard/" + name)
		if err != nil {
			panic(err) // it is part of the program
		}
		files[path] = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Security-Policy", policy)
			w.Header().Set("X-Content-Type-Options", "nosniff")
			w.Header().Set("Referrer-Policy", "no-referrer")
			w.Header().Set("Cache-Control", "no-cache")
			http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(text))
		})
	}
	return files
}
