package main

import (
	"fmt"
	"strconv"
	"time"
)

// line prints a figure under its name.
func line(name, format string, args ...any) {
	fmt.Printf("  %-34s %s\n", name, fmt.Sprintf(format, args...))
}

// floor prints a figure that must not be below a floor.
func (b *bench) floor(name string, got, floor float64) {
	verdict := "PASS"
	if got < floor {
		verdict, b.failed = "FAIL", true
	}
	line(name, "%s  %s (floor %s)", grouped(int64(got)), verdict, grouped(int64(floor)))
}

// right prints how many of some things are wrong, of which there must be none.
func (b *bench) right(name, format string, wrong int, args ...any) {
	verdict := "PASS"
	if wrong > 0 {
		verdict, b.failed = "FAIL", true
	}
	line(name, "%s  %s", fmt.Sprintf(format, args...), verdict)
}

// grouped is a number with its thousands apart.
func grouped(n int64) string {
	text := strconv.FormatInt(n, 10)
	for at := len(text) - 3; at > 0 && text[at-1] != '-'; at -= 3 {
		text = text[:at] + "," + text[at:]
	}
	return text
}

// per is a rate: so many in a time.
func per(n int64, d time.Duration) float64 {
	if d <= 0 {
		return 0
	}
	return float64(n) / d.Seconds()
}

func mebibytes(bytes int64) string { return grouped(bytes>>20) + " MiB" }

func seconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + " s" }
