package query

import (
	"context"
	"fmt"
	"time"

	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/state"
	"weir.dev/weir/pkg/web"
)

// standing tells which cut an answer is made from.
type standing struct {
	Position  *string   `json:"position"` // of the last event in it; null before the first
	Freshness freshness `json:"freshness"`
}

// freshness tells how far behind the world a cut is.
type freshness struct {
	AppliedAt *string `json:"applied_at"` // when the last events were taken in
	LagEvents *int64  `json:"lag_events"` // events that wait in the log; null where its end is not known
	Watermark *string `json:"watermark"`  // the latest time of an event
}

// cut reads rows of the tenant's partition, once it has what the parameter after asks for.
func (s *service) cut(ctx context.Context, c *company, p params, reads []state.Read) (standing, [][]state.Row, error) {
	if err := s.await(ctx, c, p); err != nil {
		return standing{}, nil, err
	}
	meta, rows, err := s.read(ctx, c, reads)
	if err != nil {
		return standing{}, nil, err
	}
	st := standing{Freshness: freshness{AppliedAt: instant(meta.AppliedAt), Watermark: instant(meta.Watermark)}}
	if end, ok := s.ends.end(ctx, c.partition); ok {
		lag := max(0, end-meta.Offset)
		st.Freshness.LagEvents = &lag
	}
	if meta.LastOffset < 0 && (st.Freshness.LagEvents == nil || *st.Freshness.LagEvents > 0) {
		return standing{}, nil, rebuilding("the events of the log are still to be taken in", state.Meta{})
	}
	if meta.LastOffset >= 0 {
		position := state.Position{Log: s.LogID, Partition: c.partition, Offset: meta.LastOffset}.String()
		st.Position = &position
	}
	return st, rows, nil
}

// storePatience is how long the store may take for one cut. One that stands still must not gather questions.
const storePatience = 10 * time.Second

// read is one cut, of the definition that this program has.
func (s *service) read(asked context.Context, c *company, reads []state.Read) (state.Meta, [][]state.Row, error) {
	ctx, cancel := context.WithTimeout(asked, storePatience)
	defer cancel()
	meta, rows, err := s.Reader.Cut(ctx, c.partition, reads)
	switch {
	case asked.Err() != nil:
		err = asked.Err()
	case err != nil:
		err = fmt.Errorf("%w: %w", errStore, err)
	case meta.Definition != s.definition:
		built, _, unread := s.Reader.Building(ctx, c.partition)
		if unread != nil {
			return meta, rows, fmt.Errorf("%w: %w", errStore, unread)
		}
		if end, ok := s.ends.end(ctx, c.partition); ok {
			built.Goal = end
		}
		err = rebuilding("what is there was made under another definition; it is replaced as soon as the log was read again", built)
	case meta.Offset < meta.Goal:
		err = rebuilding("the log is read again, since the state was lost or is new", meta)
	}
	return meta, rows, err
}

// rebuilding says that there is nothing to answer from as long as the log is being read, and how far that is.
func rebuilding(why string, meta state.Meta) *web.Problem {
	p := web.Passing("rebuilding", "The numbers are being built anew", why)
	p.Progress = new(float64)
	if meta.Goal > 0 {
		*p.Progress = min(1, float64(meta.Offset)/float64(meta.Goal))
	}
	return p
}

func instant(ms int64) *string {
	if ms == 0 {
		return nil
	}
	text := event.FormatInstant(ms)
	return &text
}

const (
	patience  = 5 * time.Second        // that a question with after waits
	firstLook = 5 * time.Millisecond   // between the first two looks; it doubles up to lastLook
	lastLook  = 100 * time.Millisecond // between later ones
)

// await waits until what lies at the position of the parameter after is in the state.
func (s *service) await(ctx context.Context, c *company, p params) error {
	if !p.has("after") {
		return nil
	}
	at, err := state.ParsePosition(p.get("after"))
	if err != nil {
		return badParameter("after", "after is not a position that ingest or a query handed out")
	}
	if at.Log != s.LogID {
		return unanswerable("position", "after", "the position lies in another log")
	}
	if at.Partition != c.partition {
		return unanswerable("position", "after", "the position is another tenant's")
	}
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	for pause := firstLook; ; pause = min(2*pause, lastLook) {
		meta, _, err := s.read(ctx, c, nil)
		if err != nil {
			return err
		}
		if meta.Offset > at.Offset {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-deadline.C:
			return web.Passing("behind", "The state is behind the position", "what was written there is not yet in the numbers")
		case <-time.After(pause):
		}
	}
}
