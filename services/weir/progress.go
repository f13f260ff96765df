package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"weir.dev/weir/pkg/client"
)

// progress is how far an import came, as its file says it.
type progress struct {
	Events   string `json:"events"` // a hash of all of them and of where they go
	Acked    int    `json:"acked"`
	Rejected int    `json:"rejected"`
	Position string `json:"position"`

	file string
}

// progress begins anew, or goes on where an import of the same events to the same place was cut.
func (c *importCmd) progress(events []json.RawMessage) (*progress, error) {
	h := sha256.New()
	fmt.Fprintln(h, c.To)
	for _, e := range events {
		h.Write(e)
	}
	p := &progress{Events: hex.EncodeToString(h.Sum(nil)), file: c.ResumeFile}
	if p.file == "" {
		base, err := os.UserCacheDir()
		if err != nil {
			base = os.TempDir()
		}
		p.file = filepath.Join(base, "weir", "import-"+p.Events[:16]+".json")
	}
	if !c.Resume {
		return p, nil
	}
	text, err := os.ReadFile(p.file)
	if errors.Is(err, fs.ErrNotExist) {
		return p, nil
	}
	if err != nil {
		return nil, fmt.Errorf("resume: %w", err)
	}
	var was progress
	if err := json.Unmarshal(text, &was); err != nil {
		return nil, fmt.Errorf("resume: %s: %w", p.file, err)
	}
	if was.Events != p.Events || was.Acked > len(events) {
		return nil, fmt.Errorf("resume: %s is of another import; without --resume this one begins anew", p.file)
	}
	was.file = p.file
	return &was, nil
}

// advance notes a batch. The file is replaced as a whole, so that a cut leaves the old one or the new.
func (p *progress) advance(answer client.Answer) error {
	p.Acked += answer.Accepted + answer.Rejected
	p.Rejected += answer.Rejected
	if answer.Position != "" {
		p.Position = answer.Position
	}
	text, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("note the progress: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(p.file), 0o700); err != nil {
		return fmt.Errorf("note the progress: %w", err)
	}
	if err := os.WriteFile(p.file+".new", text, 0o600); err != nil {
		return fmt.Errorf("note the progress: %w", err)
	}
	return os.Rename(p.file+".new", p.file)
}

// forget removes the file of an import that came to its end.
func (p *progress) forget() error {
	if err := os.Remove(p.file); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// meter shows how far a shipment is: a bar on a terminal, elsewhere a line every few seconds.
type meter interface {
	add(n int)
	end()
}

func newMeter(to io.Writer, total int) meter {
	if file, ok := to.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		return bar{progressbar.NewOptions(total,
			progressbar.OptionSetWriter(to), progressbar.OptionShowCount(), progressbar.OptionShowIts(),
			progressbar.OptionSetItsString("events"), progressbar.OptionSetDescription("sending"),
			progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionSetPredictTime(true))}
	}
	return &report{to: to, total: total, last: time.Now()}
}

// bar's errors are those of writing to a terminal: nothing is lost with them.
type bar struct{ bar *progressbar.ProgressBar }

func (b bar) add(n int) { _ = b.bar.Add(n) }
func (b bar) end()      { _ = b.bar.Exit() }

type report struct {
	to          io.Writer
	done, total int
	last        time.Time
}

func (r *report) add(n int) {
	const every = 5 * time.Second
	r.done += n
	if time.Since(r.last) >= every {
		r.last = time.Now()
		r.end()
	}
}

func (r *report) end() {
	fmt.Fprintf(r.to, "%s of %s events sent\n", grouped(r.done), grouped(r.total))
}

// grouped writes a number with its thousands apart.
func grouped(n int) string {
	text := strconv.Itoa(n)
	for at := len(text) - 3; at > 0; at -= 3 {
		text = text[:at] + "," + text[at:]
	}
	return text
}
