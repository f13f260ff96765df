package config

// IngestLimit is how much the ingestor takes in of a tenant, over HTTP and from its inbox together. What
// is nil has no limit.
type IngestLimit struct {
	EventsPerSecond *int `yaml:"events_per_second"`
	BytesPerSecond  *int `yaml:"bytes_per_second"` // of bodies, unpacked
	BurstSeconds    int  `yaml:"burst_seconds"`    // what was left unused in so many seconds may come at once; default 10
}

// Bounds of a limit.
const (
	maxEventRate = 1_000_000
	maxByteRate  = 1 << 30
	maxBurst     = 3600
)

// UnmarshalYAML lets an absent burst have its default.
func (l *IngestLimit) UnmarshalYAML(decode func(any) error) error {
	type plain IngestLimit
	p := plain{BurstSeconds: 10}
	if err := decode(&p); err != nil {
		return err
	}
	*l = IngestLimit(p)
	return nil
}

func (p *problems) ingestLimit(path string, l *IngestLimit) {
	if l == nil {
		return
	}
	if l.EventsPerSecond == nil && l.BytesPerSecond == nil {
		p.add(path, "names neither events_per_second nor bytes_per_second")
	}
	if n := l.EventsPerSecond; n != nil && (*n < 1 || *n > maxEventRate) {
		p.add(path+".events_per_second", "%d is not between 1 and %d", *n, maxEventRate)
	}
	if n := l.BytesPerSecond; n != nil && (*n < 1 || *n > maxByteRate) {
		p.add(path+".bytes_per_second", "%d is not between 1 and %d", *n, maxByteRate)
	}
	if l.BurstSeconds < 1 || l.BurstSeconds > maxBurst {
		p.add(path+".burst_seconds", "%d is not between 1 and %d", l.BurstSeconds, maxBurst)
	}
}
