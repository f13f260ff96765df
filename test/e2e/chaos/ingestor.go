package main

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"time"

	"weir.dev/weir/test/e2e/stand"
)

// killIngestor kills the ingestor again and again while events are posted.
func killIngestor(r *round) error {
	if err := r.onBroker(); err != nil {
		return err
	}
	if err := r.begin(1, 40_000, 40*time.Second); err != nil {
		return err
	}
	return r.throughout(50*time.Millisecond, time.Second, func() error {
		if err := r.weir.ingestor.Kill(); err != nil {
			return err
		}
		r.inject("ingestor kills")
		killed := time.Now()
		if err := r.weir.ingestor.launch(); err != nil {
			return err
		}
		if err := r.weir.ingestor.ready(r.ctx); err != nil {
			return err
		}
		r.Recovery = max(r.Recovery, time.Since(killed).Seconds())
		return nil
	})
}

// memoryLimit is how much memory a service may ever have held, in bytes.
const memoryLimit = 2 << 30

// bounded fails where a process has held more memory than it may.
func bounded(p *stand.Program) error {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.Pid()))
	if err != nil {
		return err
	}
	for line := range bytes.Lines(text) {
		if peak, ok := bytes.CutPrefix(line, []byte("VmHWM:")); ok {
			kib, err := strconv.Atoi(string(bytes.TrimSpace(bytes.TrimSuffix(bytes.TrimSpace(peak), []byte("kB")))))
			if err != nil {
				return err
			}
			if kib<<10 > memoryLimit {
				return fmt.Errorf("%s held %d MiB", p.Name, kib>>10)
			}
			return nil
		}
	}
	return fmt.Errorf("%s does not tell its memory", p.Name)
}
